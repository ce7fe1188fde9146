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
import { setIndexEntries } from "./index-entries.ts";
import { beginRevision, changesOf, endRevision, lockIndex, revisionFiles, type Journal } from "./journal.ts";
import type { FilePlan } from "./plan-file.ts";
import { planRevision } from "./plan-revision.ts";
import { refreshIndex, replaceIndex } from "./replace-index.ts";

/** Does what `Checkout.revise` promises: all of it, or nothing and an error. */
export async function revise(folders: Folders, revision: Revision): Promise<Revised> {
  const { commit: text } = revision;
  const state = text === undefined ? undefined : await readCommitState(folders);
  const base = state?.kind === "ready" ? state : undefined;
  const { plans, skipped } = await planRevision(folders, revision, base?.head);
  const changed = plans.filter(({ working }) => working !== undefined).map(({ path }) => path);
  const commit = plans.length === 0 ? undefined : await write(folders, plans, base, text);
  return {
    changed,
    skipped,
    ...(commit === undefined ? {} : { commit }),
    ...(state?.kind === "blocked" && changed.length > 0 ? { notCommitted: state.why } : {}),
  };
}

/** What a commit is made on, and its tree. */
interface Base {
  readonly head: string;
  readonly tree: string;
}

/** Writes the files and, if there is something to commit on, index and commit. */
async function write(
  folders: Folders,
  plans: readonly FilePlan[],
  base: Base | undefined,
  text: CommitText | undefined,
): Promise<string | undefined> {
  const journal = await beginRevision(folders, plans, base?.head);
  try {
    if (base !== undefined && text !== undefined)
      return await writeAndCommit(folders, plans, journal, base, text);
    await orUndo(folders, journal, () => applyFiles(folders, changesOf(plans)));
    return undefined;
  } finally {
    await endRevision(folders);
  }
}

async function writeAndCommit(
  folders: Folders,
  plans: readonly FilePlan[],
  journal: Journal,
  base: Base,
  text: CommitText,
): Promise<string | undefined> {
  const commit = await orUndo(folders, journal, async () => {
    await lockIndex(folders);
    const { newIndex } = revisionFiles(folders);
    const entries = await writeVersions(folders, plans);
    const [tree] = await both(
      writeTree(folders, entries.head, base.head),
      setIndexEntries(folders.root, newIndex, entries.index),
    );
    await applyFiles(folders, changesOf(plans));
    const [made] = await both(
      tree === base.tree ? undefined : commitTree(folders, base.head, tree, text),
      // For speed alone: that it fails is no reason to take a commit's files back.
      refreshIndex(folders).catch(() => undefined),
    );
    return made;
  });
  await replaceIndex(folders);
  return commit;
}

/** Waits for both, also where one fails: what it still does must not outlast the revision. */
async function both<First, Second>(
  first: Promise<First> | First,
  second: Promise<Second>,
): Promise<[First, Second]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
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
