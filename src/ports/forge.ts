/** Where a run's commits are proposed: the remote that has the branches, and the forge that has the requests. */
import type { TokenFacts } from "../model/diagnosis.ts";
import type { BranchTip, ChangeRequest } from "../model/request.ts";

/** Who to be where a remote asks for it. */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** A name that git may have credentials under which can do less, and do not count. */
  readonly outranks?: string;
}

/** Who to be at a URL, if git has no credentials of its own for it. `remote` is the URL of the remote whose forge has given them. */
export type FindLogin = (url: string, remote: string) => Login | undefined;

/** Branches by their names, with the commits that they were at. */
export type Branches = ReadonlyMap<string, string>;

/** A remote repository: its branches, and what is pushed to them. */
export interface Remote {
  /** As git has it, without any password. */
  readonly url: string;
  /** All branches: as they are now, or as they were when they were last asked for. */
  branches(when: "now" | "last seen"): Promise<Branches>;
  /**
   * Gets a branch's commits into the clone and says which is its tip; `undefined` where there is no such branch. Branches that
   * were `seen` need not be asked for; one that cannot be had any more as it was seen is looked at again.
   */
  fetch(branch: string, seen?: Branches): Promise<string | undefined>;
  /**
   * What a commit that was fetched is, and which commits below it are not of this program. Merges that bring in nothing but
   * what the branch `into` has, and as git does it by itself, do not count.
   */
  describe(commit: string, into: string): Promise<BranchTip>;
  /**
   * Points a branch at a commit, or deletes it where there is none, if its tip is still `expected` (`undefined`: there is
   * no such branch). False where it is not.
   */
  push(branch: string, commit: string | undefined, expected: string | undefined): Promise<boolean>;
  /** Begins a push to a branch that there is not and gives it up. A `UserError` where nothing may be pushed. */
  tryPush(): Promise<void>;
  /** The commits from above `parent` up to one of its descendants, oldest first, of which the remote need have none. */
  commitsAbove(parent: string, commit: string): Promise<readonly NewCommit[]>;
}

/** A commit that a forge is to make. */
export interface NewCommit {
  /** With its trailers, without a final newline. */
  readonly message: string;
  /** The id of the tree that it is to have. */
  readonly tree: string;
  readonly files: readonly NewFile[];
}

/** A file that a commit changes or adds. */
export interface NewFile {
  readonly path: string;
  readonly mode: "100644" | "100755";
  readonly bytes: Uint8Array;
}

/** Commits that a forge is to make on a branch. */
export interface NewCommits {
  readonly branch: string;
  /** Oldest first, at least one. */
  readonly commits: readonly NewCommit[];
  /** What the first is on top of. */
  readonly parent: string;
  /** Where the branch must be before; `undefined`: there must be no such branch. */
  readonly expected: string | undefined;
}

/** Commits that were made, and are on a branch. */
export interface MadeCommits {
  /** The id of the last one. */
  readonly commit: string;
  /** What is not as it should be with them, for people: sentences without their full stops. */
  readonly notices: readonly string[];
}

/** A project on a forge: its requests. Failures are `UserError`s that say what the token lacks. */
export interface Forge {
  /** Characters that a body may have. */
  readonly longestBody: number;
  /** Whether the token works and what it lacks, as far as it can be known now. */
  describe(): Promise<ForgeProject>;
  /**
   * Asks for what no forge does, a request of a branch into itself, and what the token is. A `UserError` where it is the token
   * that is refused.
   */
  tryOpen(branch: string): Promise<TokenFacts>;
  /** The requests of a branch of this project, newest first; of those that are not open the latest are enough. */
  requestsOf(branch: string): Promise<readonly ChangeRequest[]>;
  /** Opens a request; the one that is open already if another run was faster. */
  open(request: NewRequest): Promise<ChangeRequest>;
  change(number: number, change: RequestChange): Promise<void>;
  /** Adds labels, reviewers or assignees by name. */
  add(number: number, kind: RequestAddition, names: readonly string[]): Promise<void>;
  /** Has the forge merge the request when everything that it asks for is there. */
  mergeWhenReady(number: number): Promise<void>;
  /** Whether the forge gives that up when something is pushed. */
  readonly forgetsToMerge: boolean;
  /**
   * Makes commits by the forge's API, which signs them, and points the branch at the last one; `undefined` where the branch is
   * not where it must be. Not there for forges that cannot.
   */
  commit?(commits: NewCommits): Promise<MadeCommits | undefined>;
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
