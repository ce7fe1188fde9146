import type { Reason } from "./plan.ts";

/** Whether an image is what its files and the lockfile say, as far as it can be told without asking a registry. */
export type Staleness =
  | { readonly state: "up to date" }
  | { readonly state: "stale"; readonly reasons: readonly Reason[] }
  /** What goes into it cannot be read: a sentence says why. */
  | { readonly state: "unknown"; readonly why: string };
