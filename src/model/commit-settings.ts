/** How the commits of digests are made, as the configuration says it. */
export interface CommitSettings {
  /** The message's beginning in place of the usual one; `{images}` stands for the images' names. */
  readonly message?: string;
  /** Whether each image has a commit of its own. */
  readonly perImage: boolean;
  /** At the message's end. */
  readonly trailers: readonly Trailer[];
  /** Whether the committer signs off. */
  readonly signoff: boolean;
}

/** One `key: value` line at the end of a message. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

/** One commit, with the usual message. */
export const DEFAULT_COMMIT: CommitSettings = { perImage: false, trailers: [], signoff: false };

/** What a commit is made with beside its content. */
export interface CommitText {
  /** Without trailers, with a final newline. */
  readonly message: string;
  readonly trailers: readonly Trailer[];
  /**
   * The commit that a branch of the program's own begins at. The commit then says in a trailer that it is the program's, so
   * that it can be told from those that others put on the branch.
   */
  readonly branchBase?: string;
  /** `Name <address>`; without one git's configuration says it. */
  readonly author?: string;
  readonly signoff: boolean;
}
