/** What builds and pushes images, and the files that it is given. */
import type { Digest } from "../model/digest.ts";
import type { ImageContent } from "../model/content.ts";
import type { ImageTest, Platform } from "../model/image.ts";

/** A file, link or empty directory that goes into a build, described without its content. */
export interface ContextEntry {
  /** From the context's root, with `/`. */
  readonly path: string;
  readonly kind: "file" | "link" | "directory";
  /** Whether the owner's executable bit is set (files only). */
  readonly executable: boolean;
  /** Where it points to, as written (links only). */
  readonly target?: string;
}

/** An entry as it is sent. */
export interface SizedEntry extends ContextEntry {
  /** In bytes (files only). */
  readonly size: number;
}

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

/** One build: everything that the builder needs, nothing that it must find out. */
export interface BuildRequest {
  readonly image: string;
  /** The context's directory, absolute. */
  readonly contextDirectory: string;
  readonly contextEntries: readonly SizedEntry[];
  /** The Dockerfile as it is to be built, which need not be what the working tree holds. */
  readonly dockerfile: Uint8Array;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Whether the times in the image are to be those of the argument `SOURCE_DATE_EPOCH`. */
  readonly reproducible: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** `repository:tag` names that the result gets in the engine. Never empty. */
  readonly names: readonly string[];
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
}

/** Builds and pushes images. A build that fails rejects with a `UserError`. */
export interface Builder {
  /** Builds an image and gives it its names in the engine. */
  build(request: BuildRequest, attention: Attention): Promise<void>;
  /** Runs a test of what the engine has under a name, for a platform, in a container of which nothing is left. */
  test(name: string, platform: Platform, test: ImageTest, attention: Attention): Promise<TestEnd>;
  /** Gives what the engine has under a name another one, `repository:tag`. */
  tag(name: string, other: string): Promise<void>;
  /** What the engine has under a name. */
  describe(name: string): Promise<ImageContent>;
  /** Pushes `repository:tag` from the engine. The digest if the engine says which it pushed; the registry is asked anyway. */
  push(name: string, attention: Attention): Promise<Digest | undefined>;
  /** Takes a name away in the engine; the image stays if it has another. A name that is not there is no error. */
  untag(name: string): Promise<void>;
}
