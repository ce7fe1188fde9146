import type { Reference } from "./reference.ts";

/** What became of an image that was to be got from its registry. */
export interface PulledImage {
  readonly image: string;
  /** The lockfile's pin. */
  readonly pin: Reference;
  /** `repository:tag` names that it has in the engine now. */
  readonly names: readonly string[];
  /** `present`: the engine had it already. */
  readonly outcome: "pulled" | "present" | "failed";
  readonly seconds: number;
  /** Why it failed, and what to do. */
  readonly error?: string;
}
