import pLimit from "p-limit";

/** Starts work when fewer than the bound are under way. Must not be called from inside work that it bounds. */
export type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A bound on how much work is under way at the same time; first come, first served. */
export function createLimit(concurrency: number): Limit {
  const limit = pLimit(concurrency);
  return (work) => limit(work);
}
