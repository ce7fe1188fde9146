import type { Digest } from "./digest.ts";
import type { Notice } from "./run.ts";

/** Why a place of a Dockerfile cannot take a digest that stays true. */
export type Hindrance =
  /** The configuration sets the argument that is the reference, or its tag. */
  | { readonly kind: "set-by-configuration"; readonly argument: string }
  | { readonly kind: "platform"; readonly argument: string }
  /** The argument's default names other arguments. */
  | { readonly kind: "composed-argument"; readonly argument: string }
  | { readonly kind: "part-of-name"; readonly argument: string }
  | { readonly kind: "part-of-tag"; readonly argument: string }
  | { readonly kind: "used-elsewhere"; readonly argument: string; readonly line: number }
  /** Quotes, escapes or variables that are not understood well enough to be edited. */
  | { readonly kind: "unclear" }
  /** It may be the name of a stage where the trigger is run. */
  | { readonly kind: "may-be-stage" }
  /** The images that are built from the file, or the places that share an argument, name different things. */
  | { readonly kind: "varies"; readonly references: readonly string[] };

/** Why a reference was left as it is. */
export type Refusal =
  | Hindrance
  /** The lockfile has no digest of the image. */
  | { readonly kind: "no-digest"; readonly image: string }
  /** The registry says that it has no such thing. */
  | { readonly kind: "not-found" }
  /** A run would not find the digest there, and could not keep it up to date. */
  | { readonly kind: "not-kept"; readonly image: string }
  /** Read again, the file would not say what it should. */
  | { readonly kind: "unconfirmed" }
  /** The line is about what the name will be given to, not about what it has. */
  | { readonly kind: "names-a-result" }
  /** Several images share the repository, and none of them has the tag. */
  | { readonly kind: "ambiguous" }
  /** No run sets the tag. */
  | { readonly kind: "foreign-tag"; readonly image: string }
  | { readonly kind: "no-tag" }
  /** `created` in milliseconds since 1970. */
  | { readonly kind: "too-young"; readonly to: Digest; readonly created: number }
  | { readonly kind: "age-unknown"; readonly to: Digest }
  | { readonly kind: "old-digest-gone"; readonly from: Digest }
  /** The pin is of an index and the tag's image is not, or has no image of the pin's platform, or several. */
  | { readonly kind: "other-kind"; readonly pinned: string };

/** A reference that was left as it is, and why. */
export interface Refused {
  /** Path from the root of the checkout. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** As BuildKit would take it. */
  readonly reference: string;
  readonly why: Refusal;
}

/** A digest that a reference got. */
export interface PinnedReference {
  readonly file: string;
  readonly line: number;
  /** `name[:tag]` as BuildKit would take it. */
  readonly reference: string;
  /** The image of the configuration that it is. */
  readonly image?: string;
  /** The digest that it had. */
  readonly from?: Digest;
  readonly to: Digest;
}

/** All that `pin` or `update` did. */
export interface PinningResult {
  readonly references: readonly PinnedReference[];
  readonly refused: readonly Refused[];
  readonly notices: readonly Notice[];
  /** Images that are stale because of it. */
  readonly stale: readonly string[];
  readonly commit?: string;
}

/** A file before and after, as a dry run shows it. */
export interface FileChange {
  readonly file: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}
