import { setTimeout as sleep } from "node:timers/promises";
import type { Kept } from "./state.ts";

/** The header in which the registry says who it is. */
export const IDENTITY = "X-Manage-Images-Registry";

/** How long it may take to start or to end, in milliseconds, and how often that is looked at. */
const PATIENCE = 30_000;
const PAUSE = 50;

/** `127.0.0.1:PORT`. */
export function hostOf({ port }: Kept): string {
  return `127.0.0.1:${port}`;
}

/** Whether it is our registry that answers at its port. */
export async function isOurs(kept: Kept): Promise<boolean> {
  return (await identityAt(kept)).id === kept.id;
}

/** Whose registry it is, and which start of it, that answers at a port. */
export async function identityAt(kept: Kept) {
  const [id, start] = (await ask(kept))?.headers.get(IDENTITY)?.split(" ") ?? [];
  return { id, start };
}

/** Whether anything answers at its port. */
export async function answers(kept: Kept): Promise<boolean> {
  return (await ask(kept)) !== undefined;
}

async function ask(kept: Kept): Promise<Response | undefined> {
  const signal = AbortSignal.timeout(PATIENCE);
  return fetch(`http://${hostOf(kept)}/v2/`, { signal, redirect: "manual" }).catch(() => undefined);
}

/** Whether something comes to be before time is up or it cannot come any more. */
export async function until(
  isSo: () => Promise<boolean>,
  isHopeless: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const isOver = await isHopeless();
    if (await isSo()) return true;
    if (isOver) return false;
    await sleep(PAUSE, undefined, { signal });
  }
  return false;
}
