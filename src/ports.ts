/** Everything the program can do to the outside world. Adapters implement it; operations take the part they need. */

import type { ContextEntry } from "./model/build.ts";
import type { CommitText } from "./model/commit-settings.ts";
import type { ImageContent } from "./model/content.ts";
import type { BuildxFacts, EngineFacts, GitFacts } from "./model/diagnosis.ts";
import type { CopyProgress } from "./model/copy.ts";
import type { Digest } from "./model/digest.ts";
import type { ManifestKind } from "./model/drift.ts";
import type { Platform } from "./model/image.ts";
import type { Inspected } from "./model/inspected.ts";
import type { Reference } from "./model/reference.ts";
import type { RunEvent } from "./model/run.ts";
import type { Version } from "./model/version.ts";
import type { ContextFilter } from "./ports/builder.ts";
import type { Remote } from "./ports/forge.ts";

export type * from "./ports/builder.ts";
export type * from "./ports/image-store.ts";

/** The user's git checkout: its files, and the one commit that a run makes. All paths are from its root, with `/`. */
export interface Checkout {
  /** Absolute path of the working tree's root. */
  readonly root: string;
  /**
   * The working tree's bytes, `undefined` where there is no such file. A link is followed only where `within` names a directory,
   * and only to what lies in it.
   */
  read(path: string, within?: string): Promise<Uint8Array | undefined>;
  /** What git knows of the working tree's contents now. */
  contents(foreseen?: Foreseen): Promise<Contents>;
  /**
   * Calls `act` with a checkout that has a revision (a commit, branch or tag), and takes it away again. It lies
   * inside of this one, whose packages are found from there, too; or apart from it, so that nothing of it is ever run. A
   * `UsageError` where there is no such revision.
   */
  atRevision<Result>(
    revision: string,
    act: (checkout: OwnCheckout) => Promise<Result>,
    place?: "inside" | "apart",
  ): Promise<Result>;
  /** A remote by its name; a `UserError` where there is none. */
  remote(name: string): Promise<Remote>;
  /** What is checked out. */
  head(): Promise<Head>;
  /** The latest git tag that what is checked out has or follows; `undefined` where there is none. */
  latestTag(): Promise<string | undefined>;
  /**
   * The commit of a branch or tag of another repository, which is asked with this one's settings and credentials; `undefined`
   * if it has none. A `UserError` where it cannot be asked.
   */
  commitElsewhere(repository: string, ref: string): Promise<string | undefined>;
  /** A file's bytes at the head of a branch: the remote's, if the clone has it. A `UsageError` where there is no branch. */
  readAtBranch(branch: string, path: string): Promise<Uint8Array | undefined>;
  /**
   * Which of the digests any file names on any branch or tag, up to `history` commits back, or in the working tree. Asks the
   * remotes; a `UserError` where they do not answer, or where the clone is shallow.
   */
  named(digests: ReadonlySet<Digest>, history: number): Promise<ReadonlySet<Digest>>;
  /** The version of a file that a revision has, if it has the file. A `UsageError` where there is no such revision. */
  versionAt(revision: string, path: string): Promise<FileVersion | undefined>;
  /** The versions that HEAD's history has of a file, newest first, `most` at most and as far back as the clone goes. */
  versionsOf(path: string, most: number): AsyncIterable<FileVersion>;
  /** Where the working tree comes from, and what in it is not from there. */
  history(): Promise<History>;
  /** Rewrites files in one step and, if a commit is to be made, commits just that. */
  revise(revision: Revision): Promise<Revised>;
  /** A `UserError` where git does not know who commits, and no author (`Name <address>`) says it either. */
  checkCommitter(author: string | undefined): Promise<void>;
  /** Takes another commit with the same tree for the one that is checked out; working tree and index stay. */
  replaceHead(commit: string, by: string): Promise<void>;
  /** Keeps other runs out of this clone until `release` is called. A `UserError` while another one is alive. */
  lock(): Promise<() => Promise<void>>;
  /** Mends what a run that was killed while it wrote has left behind. Called before anything else by what will write. */
  recover(): Promise<void>;
  /** Where `origin` is, as git's configuration has it. It may hold a password. */
  remoteUrl(): Promise<string | undefined>;
  /** Absolute path of a folder of the program's own inside the git directory. */
  privateFolder(): string;
}

/** What is checked out. */
export interface Head {
  /** Absent where no branch is. */
  readonly branch?: string;
  /** Absent where there is no commit yet. */
  readonly commit?: string;
}

/** A checkout of the program's own, with nothing of the user's in it. */
export interface OwnCheckout extends Checkout {
  /** The id of the commit that it was made of. */
  readonly commit: string;
  /** Brings working tree, index and HEAD back to the revision that it was made of. */
  reset(): Promise<void>;
}

/** Where a working tree comes from. */
export interface History {
  /** The address of the remote that it was cloned from, as git has it; it may have credentials in it. */
  readonly remote?: string;
  /** The id of HEAD's commit; none before the first. */
  readonly commit?: string;
  /** Files that are not as HEAD has them, or that it does not have. */
  readonly uncommitted: ReadonlySet<string>;
}

/** One version of a file. */
export interface FileVersion {
  /** The id of a commit that has it: that of the revision, or the latest that gave it to the file. */
  readonly revision: string;
  readonly bytes: Uint8Array;
}

/** What contents will be asked for, which is then looked for at once. */
export interface Foreseen {
  /** For `filesContaining`; none if not said. */
  readonly texts?: readonly string[];
  /** Whether for `list` and `idsOf`, too; they are, if not said. */
  readonly ids?: boolean;
}

/** The contents of the working tree at one moment, as far as possible without reading what git knows to be unchanged. */
export interface Contents {
  /** What `ContextFiles.list` says of the same directory. */
  list(directory: string, filter: ContextFilter, signal?: AbortSignal): Promise<readonly ContextEntry[]>;
  /**
   * The ids of regular files' bytes as `view` shows them: those of the git blobs with these bytes. Nothing is read where
   * git knows a file to be unchanged and `view` to leave it as it is. There is none for a file that is not there.
   */
  idsOf(paths: readonly string[], view: View): Promise<ReadonlyMap<string, string>>;
  /** Regular text files that git tracks and that hold one of the texts in the working tree; sorted. */
  filesContaining(texts: readonly string[]): Promise<readonly string[]>;
  /** The same files in the order in which they are found, while others are still looked for. */
  eachContaining(texts: readonly string[]): AsyncIterable<string>;
  /** The same of files that are not the checkout's to change, where `isWanted` takes their paths. */
  elsewhere(texts: readonly string[], isWanted: (path: string) => boolean): Promise<Elsewhere>;
  /** Regular text files that hold one of the texts in the index or in HEAD, also in what was staged since that moment; sorted. */
  committedContaining(texts: readonly string[]): Promise<readonly string[]>;
  /** Those of the paths that git tracks neither here nor in a submodule. */
  untrackedOf(paths: readonly string[]): Promise<readonly string[]>;
  /** The regular files that git tracks, sorted bytewise. */
  files(): Promise<readonly string[]>;
  /**
   * What the working tree is known by. `undefined` where it is not as git's index has it, or `list` has come upon what git
   * does not track.
   */
  mark(): Promise<TreeMark | undefined>;
}

/** What a working tree is known by: while it is the same, all that was read from it would be read again. */
export interface TreeMark {
  /** Of git's index file. */
  readonly index: string;
  /** Of the names of what git does not track. */
  readonly others: string;
  /** Of the files that git neither tracks nor ignores. */
  readonly untracked: string;
}

/** Files in the working tree that no run writes to. Each list is sorted. */
export interface Elsewhere {
  /** Files of submodules, at any depth. */
  readonly submodules: readonly string[];
  /** Files that git neither tracks nor ignores. */
  readonly untracked: readonly string[];
  /** Submodules that git cannot read. */
  readonly unread: readonly string[];
  /** Tracked files whose names are not UTF-8, as far as they can be shown. */
  readonly illegible: readonly string[];
}

/** Bytes as they count, such as without what a run will write into them. */
export interface View {
  /** Texts; a file without any of them is not changed by the view. */
  readonly marks: readonly string[];
  /** Pure; the very array that was given if nothing is changed. */
  apply(path: string, bytes: Uint8Array): Uint8Array;
}

/** A change to files, said as a function of their bytes so that it can be made to each version git has of them. */
export interface Revision {
  /** Files that may change; one that git does not track is changed in the working tree only. */
  readonly paths: readonly string[];
  /** Files to be created, tracked, where they do not exist (`rewrite` gets `undefined`). */
  readonly creates: readonly string[];
  /** Pure. The new bytes of a version of a file, `undefined` to leave it as it is. */
  rewrite(path: string, bytes: Uint8Array | undefined): Uint8Array | undefined;
  /** The commit that is to be made; without one the changes are left in the working tree. */
  readonly commit?: CommitText;
}

/** What became of a revision. */
export interface Revised {
  /** Files whose working-tree bytes changed. */
  readonly changed: readonly string[];
  /** Files that could not be rewritten (a link, a binary file, an opaque filter), each with the reason. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** Id of the commit. */
  readonly commit?: string;
  /** Why there is no commit although one was to be made: a merge is going on, the repository has no commit yet, … */
  readonly notCommitted?: string;
}

/** Registries, seen by what they answer. */
export interface Registry {
  /** The digest that the registry answers for a tag or digest; `undefined` only on a definite "not found". */
  resolve(reference: Reference, signal?: AbortSignal): Promise<Digest | undefined>;
  /** What kind of manifest the registry has for a tag or digest; `undefined` only on a definite "not found". */
  kindOf(reference: Reference, signal?: AbortSignal): Promise<ManifestKind | undefined>;
  /** What an image is on each of its platforms; `undefined` if it, or a part of it, is not there. */
  describe(
    repository: string,
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<readonly ImageContent[] | undefined>;
  /** Whether a digest is an index or an image, and for which platforms; `undefined` only on a definite "not found". */
  inspect(repository: string, digest: Digest, signal?: AbortSignal): Promise<Inspected | undefined>;
  /**
   * How many bytes an image's layers have, compressed, for each of its platforms; empty if it is not there. Attestations do
   * not count.
   */
  sizes(repository: string, digest: Digest, signal?: AbortSignal): Promise<ReadonlyMap<Platform, number>>;
  /** Points a tag at what the registry has under a digest, without pulling it. */
  tag(repository: string, digest: Digest, tag: string, signal?: AbortSignal): Promise<void>;
  /** All tags of a repository; `undefined` where there is no such repository. */
  tags(repository: string, signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** All that can be seen of what a repository has; `undefined` where there is no such repository. */
  versions(repository: string, signal?: AbortSignal): Promise<readonly Version[] | undefined>;
  /** Deletes what the registry has under digests, with their tags. An index must come before what it contains. */
  delete(repository: string, digests: readonly Digest[], signal?: AbortSignal): Promise<void>;
  /** Sees to it that images can be pushed to a repository: makes it with `create`, if need be; a `UserError` without. */
  prepare(repository: string, how: { readonly create: boolean }, signal?: AbortSignal): Promise<void>;
}

/** What there is to work with. To ask changes nothing; what is not there, or does not answer, is a `UserError`. */
export interface Machine {
  /** Of this process: `20.19.0`. */
  readonly nodeVersion: string;
  git(): Promise<GitFacts>;
  engine(): Promise<EngineFacts>;
  buildx(): Promise<BuildxFacts>;
  /** In bytes; `undefined` where there is no such directory. */
  freeSpace(directory: string): Promise<number | undefined>;
  /** Milliseconds since 1970. */
  time(): number;
}

/**
 * Begins a push to a repository and gives it up before anything is pushed; a `UserError` if the registry refuses it. The
 * registry's clock, in milliseconds since 1970, if it tells.
 */
export type TryPush = (repository: string, signal: AbortSignal) => Promise<number | undefined>;

/**
 * Copies what a repository has under a digest to another repository, which may be another registry's, with all that an index
 * contains and under the same digests. What is there already is left alone.
 */
export type CopyImage = (
  source: { readonly name: string; readonly digest: Digest },
  target: string,
  tell: (progress: CopyProgress) => void,
  signal: AbortSignal,
) => Promise<void>;

/** What `docker buildx` makes of bake files. */
export interface BakeReader {
  /** The targets of a file, an absolute path, as `docker buildx bake --print` writes them; or why they cannot be had. */
  print(
    file: string,
    targets: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly printed: unknown } | { readonly why: string }>;
}

/** Build logs, one file for each image of a run. */
export interface Logs {
  open(image: string): Promise<LogFile>;
}

/** A build log that is being written. */
export interface LogFile {
  /** Absolute path. */
  readonly path: string;
  write(line: string): void;
  close(): Promise<void>;
}

/** Is told what happens in a run. */
export type Report = (event: RunEvent) => void;

/** Time, as something that is asked for. */
export interface Clock {
  /** Monotonic seconds. */
  now(): number;
  /** Ends after so many seconds, or rejects with the signal's reason. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}
