import type { Platform, SecretSource } from "./image.ts";

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
  /** Never empty. Only buildx builds for several. */
  readonly platforms: readonly Platform[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Whether the times in the image are to be those of the argument `SOURCE_DATE_EPOCH`. */
  readonly reproducible: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** Where the result is pushed to by a builder that keeps nothing; without a push it keeps its cache only. */
  readonly repository: string;
  readonly push: boolean;
  /** `repository:tag` names that the result gets in the engine. Never empty. */
  readonly names: readonly string[];
  /** What the engine's API does not have. Absent where the image needs none of it. */
  readonly extras?: BuildExtras;
}

/** What the engine's API does not have, in a build. */
export interface BuildExtras {
  /** Which of the context's files are not sent, as `.dockerignore` says it. */
  readonly ignored: string;
  /** A directory of a git repository at a commit, which takes the place of the context. */
  readonly gitContext?: string;
  readonly contexts: Readonly<Record<string, ContextSource>>;
  /** By id; the paths of files are absolute. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly ssh: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly provenance?: "min" | "max";
  readonly sbom: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a named context is made of: files of a directory, or what BuildKit fetches itself, as it names that. */
export type ContextSource =
  { readonly directory: string; readonly entries: readonly SizedEntry[] } | { readonly url: string };
