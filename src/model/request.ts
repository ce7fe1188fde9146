import type { Digest } from "./digest.ts";
import type { Reason } from "./plan.ts";
import type { ImageSize } from "./image-size.ts";

/** A request to merge a branch, as a forge has it: GitHub's pull request, GitLab's merge request. */
export interface ChangeRequest {
  readonly number: number;
  /** Where people look at it. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
  readonly state: "open" | "closed" | "merged";
}

/** A commit on a branch of ours that is not of ours. */
export interface ForeignCommit {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
}

/** A branch as the remote has it. */
export interface BranchTip {
  readonly commit: string;
  readonly tree: string;
  /** Commits of others, newest first; empty where all of it is ours. */
  readonly foreign: readonly ForeignCommit[];
  /** Where the branch begins, if a commit of ours says it. */
  readonly base?: string;
}

/** What a branch is to hold. */
export interface Proposal {
  readonly commit: string;
  readonly tree: string;
  readonly images: readonly ProposedImage[];
  /** Pins that get another digest. */
  readonly references: readonly { readonly file: string; readonly image: string; readonly to: Digest }[];
  /** Edges from an image to those that it is built on, among `images`. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** Of the whole run. */
  readonly seconds: number;
}

/** One image of a proposal. */
export interface ProposedImage {
  readonly name: string;
  readonly outcome: "built" | "reused";
  readonly from?: Digest;
  readonly to: Digest;
  readonly reasons: readonly Reason[];
  /** Of all its platforms together, as far as the registry says. */
  readonly size?: ImageSize;
}

/** What became of a branch and its request. */
export type RequestAction =
  /** Everything is up to date, and there was no request. */
  | "nothing"
  | "opened"
  | "updated"
  /** There is a request that says it all already. */
  | "unchanged"
  /** Everything is up to date, so that the request has no purpose any more. */
  | "closed"
  /** Its images are proposed on other branches now, so that the request was closed. */
  | "superseded"
  /** The branch has commits of others. */
  | "left-alone"
  /** Somebody has closed the request for the same digests. */
  | "declined"
  /** Pushed to the branch that is checked out, without a request of ours. */
  | "pushed";

/** A branch and its request after a run. */
export interface RequestResult {
  readonly branch: string;
  readonly action: RequestAction;
  readonly number?: number;
  readonly url?: string;
  /** What the branch's tip is now, if anything was pushed. */
  readonly commit?: string;
  /** What is not as it should be with what was pushed, for people: sentences without their full stops. */
  readonly notices?: readonly string[];
  readonly foreign?: readonly ForeignCommit[];
}
