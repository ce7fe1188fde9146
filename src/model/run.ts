import type { Digest } from "./digest.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Platform } from "./image.ts";
import type { ImageSize } from "./image-size.ts";
import type { Plan } from "./plan.ts";
import type { PulledImage } from "./pull.ts";
import type { RequestResult } from "./request.ts";
import type { PlatformDigests } from "./successor.ts";

/** What became of an image in a run. */
export type Outcome = "built" | "reused" | "failed" | "skipped" | "aborted";

/** One image's part in a run. */
export interface ImageResult {
  readonly outcome: Outcome;
  /** What the registry answers for the image after this run; absent where nothing was pushed. */
  readonly digest?: Digest;
  /** What the digest was built from. */
  readonly fingerprint?: Fingerprint;
  /** The lockfile's digest before this run. */
  readonly previous?: Digest;
  /** The digests of its platforms, where the digest is that of an index, or the previous one was. */
  readonly platforms?: PlatformDigests;
  /** The same of the previous digest. */
  readonly previousPlatforms?: PlatformDigests;
  /** The sizes of the digest, as far as the registry could be asked. */
  readonly sizes?: Readonly<Record<Platform, ImageSize>>;
  /** From the start of the build to the confirmed push. */
  readonly seconds: number;
  readonly pushed: boolean;
  /** Why an image failed, was skipped or aborted: a sentence for a person. */
  readonly error?: string;
  /** The file with the whole build log, if a build was started. */
  readonly log?: string;
  /** The last lines of the build log of a failed image. */
  readonly logTail?: readonly string[];
}

/** One digest that was written into a file in place of another. */
export interface ReferenceChange {
  /** Path from the root of the checkout. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly image: string;
  readonly from: Digest;
  readonly to: Digest;
}

/** An entry of the lockfile that was put in the place of another. */
export interface LockChange {
  readonly image: string;
  /** Absent if there was none. */
  readonly from?: Digest;
  readonly to: Digest;
}

/** What is to be known of files that no run writes to. */
export type ElsewhereNotice =
  /** Pins in them that are not the images' digests. */
  | {
      readonly kind: "stale-elsewhere";
      readonly where: "submodule" | "untracked";
      readonly files: readonly string[];
    }
  /** Submodules that git cannot read, so that nobody knows. */
  | { readonly kind: "unread-submodules"; readonly paths: readonly string[] }
  /** Tracked files with digests whose names are not UTF-8, so that nobody knows. */
  | { readonly kind: "illegible-names"; readonly files: readonly string[] };

/** Something that the user should know and that is no failure. */
export type Notice =
  | ElsewhereNotice
  | { readonly kind: "not-committed"; readonly why: string }
  | { readonly kind: "untracked-dockerfile"; readonly file: string; readonly image: string }
  | {
      readonly kind: "unpinned";
      readonly file: string;
      readonly line: number;
      readonly image: string;
      readonly reference: string;
    }
  /** A pin that was left as it is, because its image is not for its platform any more. */
  | {
      readonly kind: "lost-platform";
      readonly file: string;
      readonly line: number;
      readonly image: string;
      readonly found: Digest;
    }
  /** Platforms that an image was for and is not for any more. */
  | { readonly kind: "fewer-platforms"; readonly image: string; readonly platforms: readonly string[] }
  | { readonly kind: "left-stale"; readonly images: readonly string[] }
  | { readonly kind: "not-pushed" }
  /** What the forge or the token does not allow: a sentence without its full stop. */
  | { readonly kind: "forge"; readonly message: string }
  /** Images whose references cannot be written, because the lockfile, or that of the commit, has no digest of them. */
  | { readonly kind: "no-digest"; readonly images: readonly string[]; readonly revision?: string }
  /** Images whose sizes the registry did not say, and its answer for the first of them. */
  | { readonly kind: "no-sizes"; readonly images: readonly string[]; readonly why: string }
  | { readonly kind: "skipped-file"; readonly file: string; readonly why: string };

/** All that a run did. */
export interface RunResult {
  readonly images: Readonly<Record<string, ImageResult>>;
  readonly references: readonly ReferenceChange[];
  /** The lockfile's entries that came back from another revision, if that was asked for. */
  readonly restored?: readonly LockChange[];
  readonly notices: readonly Notice[];
  /** The commit that was made. */
  readonly commit?: string;
  /** The branches that were brought up to date, and their requests. */
  readonly requests?: readonly RequestResult[];
}

/** What an image is doing just now. */
export type Phase = "building" | "testing" | "pushing" | "verifying" | "pulling";

/** What a run tells while it goes on, in the order in which it happens. */
export type RunEvent =
  | { readonly kind: "planned"; readonly plan: Plan }
  /** An image takes one of the places in which images are made, or leaves it: then it is made, or has ended. */
  | { readonly kind: "place"; readonly image: string; readonly taken: boolean }
  | { readonly kind: "phase"; readonly image: string; readonly phase: Phase }
  /** The step that the builder is at: `[2/5] RUN apt-get update`. */
  | { readonly kind: "step"; readonly image: string; readonly text: string }
  | { readonly kind: "finished"; readonly image: string; readonly result: ImageResult }
  /** An image was got from its registry, or could not be. */
  | { readonly kind: "pulled"; readonly pulled: PulledImage }
  | { readonly kind: "interrupted" }
  | { readonly kind: "rewriting" }
  | { readonly kind: "done"; readonly result: RunResult };
