import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../ports.ts";

/** This machine's clock. */
export const clock: Clock = {
  now: () => performance.now() / 1000,
  sleep: async (seconds, signal) => {
    await pause(seconds * 1000, undefined, { signal });
  },
};
