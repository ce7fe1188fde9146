import { runGit } from "./run-git.ts";

/** An entry that an index gets. */
export interface NewEntry {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
  readonly skipsWorktree: boolean;
  readonly isAssumedUnchanged: boolean;
}

/** Writes entries into an index file. Setting an entry clears its flags, so they are set again. */
export async function setIndexEntries(
  root: string,
  indexFile: string,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const input = entries.map(({ mode, blob, path }) => `${mode} ${blob} 0\t${path}\0`).join("");
  await runGit(root, ["update-index", "-z", "--add", "--index-info"], { input, indexFile });
  await setFlag(
    root,
    indexFile,
    "--skip-worktree",
    entries.filter((entry) => entry.skipsWorktree),
  );
  await setFlag(
    root,
    indexFile,
    "--assume-unchanged",
    entries.filter((entry) => entry.isAssumedUnchanged),
  );
}

async function setFlag(
  root: string,
  indexFile: string,
  flag: string,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const input = entries.map(({ path }) => `${path}\0`).join("");
  await runGit(root, ["update-index", flag, "-z", "--stdin"], { input, indexFile });
}
