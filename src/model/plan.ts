import type { Digest } from "./digest.ts";

/** Why an image is not up to date. */
export type Reason =
  /** The lockfile has no digest of it. */
  | { readonly why: "never-built" }
  /** It was asked for on the command line. */
  | { readonly why: "selected" }
  /** A dependency is built in the same run, so the digest it is built on may change. */
  | { readonly why: "dependency-changed"; readonly dependencies: readonly string[] };

/** What a run would do for one image, and why. */
export interface Decision {
  readonly image: string;
  readonly action: "build" | "up-to-date";
  readonly reasons: readonly Reason[];
  /** The lockfile's digest. */
  readonly digest?: Digest;
}

/** The decisions for all images that a run concerns, dependencies before their dependents. */
export interface Plan {
  readonly decisions: readonly Decision[];
  /** Dependents of what is built that the run leaves as they are. */
  readonly leftStale: readonly string[];
}
