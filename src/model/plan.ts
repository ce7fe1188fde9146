import type { BuilderChoice } from "./builder.ts";
import type { Digest } from "./digest.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** Why an image is not up to date. */
export type Reason =
  /** The lockfile has no digest of it, or not what the digest was built from. */
  | { readonly why: "never-built" }
  | { readonly why: "dockerfile-changed" }
  /** Files that the build can read; a path with a slash at its end is a directory with something changed in it. */
  | { readonly why: "context-changed"; readonly paths: readonly string[] }
  | { readonly why: "args-changed"; readonly args: readonly Change[] }
  | { readonly why: "options-changed"; readonly options: readonly Change[] }
  /** A dependency has another digest than it was built on, or is built in the same run, so that it may get another. */
  | { readonly why: "dependency-changed"; readonly dependencies: readonly string[] }
  /** The registry does not have the lockfile's digest, and something is to be built on it. */
  | { readonly why: "missing-from-registry" }
  /** `--force`. */
  | { readonly why: "forced" };

/** An argument or option that was and is; without `from` it is new, without `to` it is gone. */
export interface Change {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** What a run would do for one image, and why. */
export interface Decision {
  readonly image: string;
  /** `reuse`: the registry has an image of this fingerprint. */
  readonly action: "build" | "reuse" | "up-to-date";
  readonly reasons: readonly Reason[];
  /** Absent as long as a dependency's digest is not known. */
  readonly fingerprint?: Fingerprint;
  /** The digest that the image has, or will have if it is reused. */
  readonly digest?: Digest;
  /** What builds it, if it is to be built. */
  readonly builder?: BuilderChoice;
  /** Files that go into it and that git does not track, from the checkout's root: another clone lacks them. */
  readonly untracked?: readonly string[];
}

/** The decisions for all images that a run concerns, dependencies before their dependents. */
export interface Plan {
  readonly decisions: readonly Decision[];
  /** Images that are not up to date after the run, because they are not selected. */
  readonly leftStale: readonly string[];
}
