/** What builds and pushes images, and the files that it is given. */
import type { BuildRequest, SizedEntry } from "../model/build.ts";
import type { ImageContent } from "../model/content.ts";
import type { Digest } from "../model/digest.ts";
import type { ImageTest, Platform } from "../model/image.ts";

export type { BuildExtras, BuildRequest, ContextEntry, ContextSource, SizedEntry } from "../model/build.ts";

/** The files of build contexts, as the disk has them. */
export interface ContextFiles {
  /** The entries below a directory of the checkout that `filter` keeps, sorted by path. */
  list(directory: string, filter: ContextFilter, signal?: AbortSignal): Promise<readonly SizedEntry[]>;
}

/** Which part of a context is wanted. Paths are from the context's root, with `/`. */
export interface ContextFilter {
  keeps(path: string): boolean;
  /** Whether anything below the directory may be kept. */
  enters(directory: string): boolean;
  /** Whether all that is below the directory is known to be kept. The context's root is "". */
  keepsAllBelow(directory: string): boolean;
  /** The names in the directory that lead to what may be kept, or "any" if that can be every name. */
  namesIn(directory: string): readonly string[] | "any";
}

/** How a test ended. */
export type TestEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** It could not be started: there is no such program in the image, or it is one of another platform. */
  | { readonly kind: "not-started"; readonly why: string }
  | { readonly kind: "timed-out" };

/** What a long operation listens to and tells. */
export interface Attention {
  readonly signal: AbortSignal;
  /** A line of output, for the log. */
  log(line: string): void;
  /** The step that is being worked at, for the display. */
  step(text: string): void;
  /** What a build reads of its context, if the builder says it: no paths are all of it. Rejects where that was not sent. */
  readonly reads?: (paths: readonly string[]) => Promise<void>;
}

/** Builds and pushes images. A build that fails rejects with a `UserError`. */
export interface Builder {
  /**
   * The engine that keeps what is built. Builders of the same engine can build on each other's images by name. One
   * without an engine pushes what it builds, by digest and without a tag.
   */
  readonly engine?: string;
  /** Builds an image and gives it its names in the engine; or pushes it and says its digest. */
  build(request: BuildRequest, attention: Attention): Promise<Digest | undefined>;
  /** Runs a test of what the engine has under a name, for a platform, in a container of which nothing is left. */
  test(name: string, platform: Platform, test: ImageTest, attention: Attention): Promise<TestEnd>;
  /** Gives what the engine has under a name another one, `repository:tag`. */
  tag(name: string, other: string): Promise<void>;
  /** What the engine has under a name. */
  describe(name: string): Promise<ImageContent>;
  /** Pushes `repository:tag` from the engine. The digest if the engine says which it pushed; the registry is asked anyway. */
  push(name: string, attention: Attention): Promise<Digest | undefined>;
  /** Makes one index of images that the registry has, under `repository:tag` and there only. */
  join(name: string, pins: readonly string[], attention: Attention): Promise<void>;
  /** Takes a name away in the engine; the image stays if it has another. A name that is not there is no error. */
  untag(name: string): Promise<void>;
}
