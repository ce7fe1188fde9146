import { writeFile } from "node:fs/promises";
import { UserError } from "../../errors.ts";
import type { CommitText } from "../../model/commit-settings.ts";
import { writeBlobs } from "./blobs.ts";
import { committerOf } from "./committer.ts";
import { copyIndex } from "./copy-index.ts";
import type { Folders } from "./folders.ts";
import { setIndexEntries, type NewEntry } from "./index-entries.ts";
import { revisionFiles } from "./journal.ts";
import type { FilePlan } from "./plan-file.ts";
import type { Version } from "./read-tracked.ts";
import { formatMessage } from "./own-commits.ts";
import { runGit } from "./run-git.ts";

/** The entries that index and commit get. */
export type NewEntries = Readonly<Record<"index" | "head", readonly NewEntry[]>>;

/** Puts the new versions into git's object store, those of index and commit at once: most often they are the same. */
export async function writeVersions(folders: Folders, plans: readonly FilePlan[]): Promise<NewEntries> {
  const versions = plans.flatMap(({ index, head }) => [index, head]);
  const contents = [...new Set(versions)].filter((bytes) => bytes !== undefined);
  const blobs = await writeBlobs(folders, contents);
  const blobOf = new Map(contents.map((bytes, position) => [bytes, blobs[position] ?? ""]));
  const entriesOf = (kind: "index" | "head") =>
    plans.flatMap((plan) => {
      const bytes = plan[kind];
      return bytes === undefined ? [] : [newEntry(plan, plan.tracked?.[kind], blobOf.get(bytes) ?? "")];
    });
  return { index: entriesOf("index"), head: entriesOf("head") };
}

/** The tree that the commit is to have: HEAD's with the new entries, and nothing else. */
export async function writeTree(
  folders: Folders,
  entries: readonly NewEntry[],
  head: string,
): Promise<string> {
  const indexFile = revisionFiles(folders).commitIndex;
  // Made from the user's index, it knows which files are unchanged; git would read them all otherwise.
  await copyIndex(folders, indexFile);
  await runGit(folders.root, ["read-tree", "--reset", head], { indexFile });
  await setIndexEntries(folders.root, indexFile, entries);
  const tree = text(await runGit(folders.root, ["write-tree"], { indexFile }));
  await writeFile(revisionFiles(folders).tree, tree);
  return tree;
}

/** Commits the tree that `writeTree` wrote, with the repository's hooks and signing. The commit's id. */
export async function commitTree(
  folders: Folders,
  head: string,
  tree: string,
  commit: CommitText,
): Promise<string> {
  const { commitIndex, message: file } = revisionFiles(folders);
  // In a file, which git reads after the pre-commit hook: where this process is killed and the revision undone while a hook
  // is still at work, there is no message any more, and git makes no commit.
  await writeFile(file, formatMessage(commit, tree));
  const { author, signoff } = commit;
  const environment = await committerOf(folders.root, author);
  try {
    const identity = author === undefined ? [] : [`--author=${author}`];
    const args = ["commit", "--quiet", "--file", file, ...identity, ...(signoff ? ["--signoff"] : [])];
    await runGit(folders.root, args, { indexFile: commitIndex, environment });
  } catch (error) {
    throw error instanceof UserError ? notCommitted(error) : error;
  }
  const [id = "", committed] = text(await runGit(folders.root, ["rev-parse", "HEAD", "HEAD^{tree}"])).split(
    "\n",
  );
  if (committed === tree) return id;
  await runGit(folders.root, ["update-ref", "-m", "manage-images: take back", "HEAD", head, id]);
  throw new UserError("A hook of this repository added other changes to the commit; it was taken back", {
    remedy: "Nothing was written. Run again with --no-commit, and commit the digests yourself.",
  });
}

function newEntry(plan: FilePlan, version: Version | undefined, blob: string): NewEntry {
  return {
    path: plan.path,
    blob,
    mode: version?.mode ?? "100644",
    skipsWorktree: plan.tracked?.skipsWorktree ?? false,
    isAssumedUnchanged: plan.tracked?.isAssumedUnchanged ?? false,
  };
}

function notCommitted(cause: UserError): UserError {
  return new UserError(`The digests could not be committed: ${cause.message}`, {
    remedy: "Nothing was written; what was pushed is kept. Mend this and run again, or run with --no-commit.",
    cause,
  });
}

function text(output: Buffer): string {
  return output.toString().trim();
}
