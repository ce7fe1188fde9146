import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../http/ways.ts";
import { askedPause } from "./asked-pause.ts";

/** The longest pause that a server may ask for, in milliseconds; one that asks for more is an answer. */
const LONGEST_PAUSE = 60_000;

/** Leaves registries alone for as long as they ask, whatever else is wanted of them. */
export interface Quiet {
  /** Ends when a registry may be asked again. */
  wait(registry: string, signal: AbortSignal | undefined): Promise<void>;
  /** How long an answer asks for, in milliseconds; `refused` if that is longer than anybody waits. */
  heed(registry: string, response: Pick<Answer, "headers">): number | undefined | "refused";
}

/** What one request is told, all others keep to. */
export function openQuiet(): Quiet {
  /** In milliseconds since 1970. */
  const until = new Map<string, number>();
  return {
    wait: (registry, signal) => pause((until.get(registry) ?? 0) - Date.now(), signal),
    heed: (registry, response) => {
      const asked = askedPause(response);
      if (asked === undefined) return undefined;
      if (asked > LONGEST_PAUSE) return "refused";
      until.set(registry, Date.now() + asked);
      return asked;
    },
  };
}

/** Lets so many milliseconds pass, if they are more than none. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0) return;
  // A signal of its own: Node warns of one that many listen to.
  const own = signal === undefined ? {} : { signal: AbortSignal.any([signal]) };
  await sleep(milliseconds, undefined, own).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
