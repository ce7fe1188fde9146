import type { Digest } from "./digest.ts";

/** Where a tag of an image points to, and where it is to point to. */
export interface Promotion {
  readonly image: string;
  readonly repository: string;
  readonly tag: string;
  /** `undefined` where there is no such tag yet. */
  readonly from: Digest | undefined;
  readonly to: Digest;
}

/** The tags that the registry has of an image. */
export interface ImageTags {
  readonly image: string;
  readonly repository: string;
  /** What the lockfile says, if it says anything. */
  readonly locked: Digest | undefined;
  /** Sorted by tag. */
  readonly tags: readonly { readonly tag: string; readonly digest: Digest }[];
}
