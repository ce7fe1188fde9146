import type { Forge, MadeCommits, Remote } from "../ports/forge.ts";

/** Who makes the commits that a branch gets: git, here, or the forge, by its API. */
export type CommitWith = "git" | "api";

/** Commits that were made here. */
export interface OwnCommits {
  readonly branch: string;
  readonly commit: string;
  /** What the first of them is on top of, which the remote has. */
  readonly parent: string;
  /** The branch's tip as it was seen; `undefined`: there is no such branch. */
  readonly expected: string | undefined;
}

/**
 * Points a branch of the remote at commits: at these, or at the same ones made by the forge, which the clone has then.
 * `undefined` where the branch's tip is another than was seen.
 */
export async function publishCommits(
  { remote, forge }: { readonly remote: Remote; readonly forge: Pick<Forge, "commit"> | undefined },
  { branch, commit, parent, expected }: OwnCommits,
): Promise<MadeCommits | undefined> {
  if (forge?.commit === undefined)
    return (await remote.push(branch, commit, expected)) ? { commit, notices: [] } : undefined;
  const commits = await remote.commitsAbove(parent, commit);
  const made = await forge.commit({ branch, commits, parent, expected });
  if (made !== undefined) await remote.fetch(branch, new Map([[branch, made.commit]]));
  return made;
}
