import type { Digest } from "./digest.ts";

/** Where images go to when they are promoted to another place. */
export interface PromotionTarget {
  /** Image X goes to `registry/X`, or to `registry/` and what `names` has for it. */
  readonly registry: string;
  /** By the images' names. */
  readonly names: ReadonlyMap<string, string>;
  /** The tags that images get there; `{sha}`, `{branch}` and `{version}` in them stand for what is checked out. */
  readonly tags: readonly string[];
}

/** An image that is copied to another repository, and the tags that it gets there. */
export interface Copy {
  readonly image: string;
  /** The repository that has it. */
  readonly source: string;
  /** The repository that is to have it. */
  readonly target: string;
  readonly digest: Digest;
  /** Whether it is there already. */
  readonly isThere: boolean;
  /** Of its layers, compressed, for all platforms. */
  readonly bytes: number;
  readonly tags: readonly CopiedTag[];
}

/** A tag that is pointed at what is copied. */
export interface CopiedTag {
  readonly tag: string;
  /** What it points at so far; `undefined` where there is no such tag yet. */
  readonly from: Digest | undefined;
}

/** How far the copying of an image is, in bytes of layers and configurations. */
export interface CopyProgress {
  readonly total: number;
  readonly sent: number;
  /** Taken from another repository of the same registry. */
  readonly mounted: number;
  readonly there: number;
}

/** What happens while images are copied. */
export type CopyEvent =
  | { readonly kind: "copying"; readonly image: string; readonly progress: CopyProgress }
  | { readonly kind: "copied"; readonly image: string; readonly progress: CopyProgress };
