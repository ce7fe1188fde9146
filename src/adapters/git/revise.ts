/**
 * A change of nothing but digests, in three versions of each file at once: the working tree's, the index's if it has
 * another, and HEAD's. The commit is made from an index of its own that holds HEAD and the new digests, so that what the
 * user has staged or edited, in the same files or others, stays as it is: uncommitted, with the new digests in it.
 */
import type { CommitText } from "../../model/commit-settings.ts";
import type { Revised, Revision } from "../../ports.ts";
import { applyFiles, undoFiles } from "./apply-files.ts";
import { commitTree, writeTree, writeVersions } from "./commit-tree.ts";
import { readCommitState } from "./commit-state.ts";
import type { Folders } from "./folders.ts";
import { beginRevision, endRevision, lockIndex, revisionFiles, type Journal } from "./journal.ts";
import type { FilePlan } from "./plan-file.ts";
import { planRevision } from "./plan-revision.ts";
import { replaceIndex } from "./replace-index.ts";
import { runGit } from "./run-git.ts";

/** Does what `Checkout.revise` promises: all of it, or nothing and an error. */
export async function revise(folders: Folders, revision: Revision): Promise<Revised> {
  const { commit: text } = revision;
  const state = text === undefined ? undefined : await readCommitState(folders);
  const head = state?.kind === "ready" ? state.head : undefined;
  const { plans, skipped } = await planRevision(folders, revision, head);
  const changed = plans.filter(({ working }) => working !== undefined).map(({ path }) => path);
  const commit = plans.length === 0 ? undefined : await write(folders, plans, head, text);
  return {
    changed,
    skipped,
    ...(commit === undefined ? {} : { commit }),
    ...(state?.kind === "blocked" && changed.length > 0 ? { notCommitted: state.why } : {}),
  };
}

/** Writes the files and, if there is something to commit on, index and commit. */
async function write(
  folders: Folders,
  plans: readonly FilePlan[],
  head: string | undefined,
  text: CommitText | undefined,
): Promise<string | undefined> {
  const journal = await beginRevision(folders, plans, head);
  try {
    if (head !== undefined && text !== undefined)
      return await writeAndCommit(folders, plans, journal, head, text);
    await orUndo(folders, journal, () => applyFiles(folders, journal));
    return undefined;
  } finally {
    await endRevision(folders);
  }
}

async function writeAndCommit(
  folders: Folders,
  plans: readonly FilePlan[],
  journal: Journal,
  head: string,
  text: CommitText,
): Promise<string | undefined> {
  const commit = await orUndo(folders, journal, async () => {
    await lockIndex(folders);
    await writeVersions(folders, revisionFiles(folders).newIndex, plans, "index");
    const tree = await writeTree(folders, plans, head);
    await applyFiles(folders, journal);
    return (await isTreeOf(folders, head, tree)) ? undefined : await commitTree(folders, head, tree, text);
  });
  await replaceIndex(folders);
  return commit;
}

async function orUndo<Result>(
  folders: Folders,
  journal: Journal,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    await undoFiles(folders, journal);
    throw error;
  }
}

async function isTreeOf({ root }: Folders, commit: string, tree: string): Promise<boolean> {
  return (await runGit(root, ["rev-parse", `${commit}^{tree}`])).toString().trim() === tree;
}
