/** Everything the program can do to the outside world. Adapters implement it; operations take the part they need. */

import type { CommitText } from "./model/commit-settings.ts";
import type { Digest } from "./model/digest.ts";
import type { ImageContent } from "./model/content.ts";
import type { Platform } from "./model/image.ts";
import type { BranchTip, ChangeRequest } from "./model/request.ts";
import type { Reference } from "./model/reference.ts";
import type { RunEvent } from "./model/run.ts";

/** The user's git checkout: its files, and the one commit that a run makes. All paths are from its root, with `/`. */
export interface Checkout {
  /** Absolute path of the working tree's root. */
  readonly root: string;
  /** The working tree's bytes, `undefined` where there is no such file. Never follows a link out of the checkout. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Regular text files that hold one of the texts in the index or in HEAD; sorted. */
  committedContaining(texts: readonly string[]): Promise<readonly string[]>;
  /** What git knows of the working tree's contents now. */
  contents(): Promise<Contents>;
  /**
   * Calls `act` with a checkout that has a revision (a commit, branch or tag), and takes it away again. A `UsageError` where
   * there is no such revision.
   */
  atRevision<Result>(revision: string, act: (checkout: OwnCheckout) => Promise<Result>): Promise<Result>;
  /** A remote by its name; a `UserError` where there is none. */
  remote(name: string): Promise<Remote>;
  /** What is checked out. */
  head(): Promise<Head>;
  /** The versions that HEAD's history has of a file, newest first, `most` at most and as far back as the clone goes. */
  versionsOf(path: string, most: number): AsyncIterable<FileVersion>;
  /** Rewrites files in one step and, if a commit is to be made, commits just that. */
  revise(revision: Revision): Promise<Revised>;
  /** A `UserError` where git does not know who commits, and no author (`Name <address>`) says it either. */
  checkCommitter(author: string | undefined): Promise<void>;
  /** Keeps other runs out of this clone until `release` is called. A `UserError` while another one is alive. */
  lock(): Promise<() => Promise<void>>;
  /** Mends what a run that was killed while it wrote has left behind. Called before anything else by what will write. */
  recover(): Promise<void>;
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
  /** Brings working tree, index and HEAD back to the revision that it was made of. */
  reset(): Promise<void>;
}

/** One version of a file. */
export interface FileVersion {
  /** The id of the latest commit that gave it to the file. */
  readonly revision: string;
  readonly bytes: Uint8Array;
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
  /** Whether git tracks the path. */
  isTracked(path: string): boolean;
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
  readonly noCache: boolean;
  readonly pull: boolean;
  /** `repository:tag` names that the result gets in the engine. Never empty. */
  readonly names: readonly string[];
}

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
  /** Gives what the engine has under a name another one, `repository:tag`. */
  tag(name: string, other: string): Promise<void>;
  /** What the engine has under a name. */
  describe(name: string): Promise<ImageContent>;
  /** Pushes `repository:tag` from the engine. The digest if the engine says which it pushed; the registry is asked anyway. */
  push(name: string, attention: Attention): Promise<Digest | undefined>;
  /** Takes a name away in the engine; the image stays if it has another. A name that is not there is no error. */
  untag(name: string): Promise<void>;
}

/** Registries, seen by what they answer. */
export interface Registry {
  /** The digest that the registry answers for a tag or digest; `undefined` only on a definite "not found". */
  resolve(reference: Reference, signal?: AbortSignal): Promise<Digest | undefined>;
  /** What an image is; `undefined` if it is not there, or is for several platforms. */
  describe(repository: string, digest: Digest, signal?: AbortSignal): Promise<ImageContent | undefined>;
  /** Bytes of an image's layers as the registry has them, for all its platforms together. */
  size(repository: string, digest: Digest, signal?: AbortSignal): Promise<number | undefined>;
  /** Points a tag at what the registry has under a digest, without pulling it. */
  tag(repository: string, digest: Digest, tag: string, signal?: AbortSignal): Promise<void>;
}

/** A remote repository: its branches, and what is pushed to them. */
export interface Remote {
  /** As git has it, without any password. */
  readonly url: string;
  /** The branch that its HEAD is, if it says so. */
  defaultBranch(): Promise<string | undefined>;
  /** Gets a branch's commits into the clone and says which is its tip; `undefined` where there is no such branch. */
  fetch(branch: string): Promise<string | undefined>;
  /** What a commit that was fetched is, and which commits below it are not of this program. */
  describe(commit: string): Promise<BranchTip>;
  /**
   * Points a branch at a commit, or deletes it where there is none, if its tip is still `expected` (`undefined`: there is
   * no such branch). False where it is not.
   */
  push(branch: string, commit: string | undefined, expected: string | undefined): Promise<boolean>;
}

/** A project on a forge: its requests. Failures are `UserError`s that say what the token lacks. */
export interface Forge {
  /** Characters that a body may have. */
  readonly longestBody: number;
  /** Whether the token works and what it lacks, as far as it can be known now. */
  describe(): Promise<ForgeProject>;
  /** The requests of a branch of this project, newest first; of those that are not open the latest are enough. */
  requestsOf(branch: string): Promise<readonly ChangeRequest[]>;
  /** Opens a request; the one that is open already if another run was faster. */
  open(request: NewRequest): Promise<ChangeRequest>;
  change(number: number, change: RequestChange): Promise<void>;
  /** Adds labels, reviewers or assignees by name. */
  add(number: number, kind: RequestAddition, names: readonly string[]): Promise<void>;
  /** Has the forge merge the request when everything that it asks for is there. */
  mergeWhenReady(number: number): Promise<void>;
  /** Where the difference between two branches is shown. */
  compareUrl(base: string, branch: string): string;
}

/** What a forge says of a project and a token. */
export interface ForgeProject {
  readonly defaultBranch: string;
  /** What will not work, for people. */
  readonly notices: readonly string[];
  /** Why files below a path cannot be changed. */
  readonly forbidden: readonly { readonly path: string; readonly why: string; readonly remedy: string }[];
}

/** What can be added to a request. */
export type RequestAddition = "labels" | "reviewers" | "assignees";

/** A request that is to be opened. */
export interface NewRequest {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

/** What of a request is to be changed. */
export interface RequestChange {
  readonly title?: string;
  readonly body?: string;
  readonly base?: string;
  readonly state?: "closed";
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
