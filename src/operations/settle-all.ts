/** Waits for all, also where one fails: what the others still do must not outlast the work. Then throws the first error. */
export async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  for (const each of await Promise.allSettled(work)) if (each.status === "rejected") throw each.reason;
}
