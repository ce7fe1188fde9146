import { readFile } from "node:fs/promises";
import { undoFiles } from "./apply-files.ts";
import { revisionFolder, type Folders } from "./folders.ts";
import {
  anotherRun,
  endRevision,
  isIndexLockOurs,
  readJournal,
  revisionFiles,
  type Journal,
} from "./journal.ts";
import { replaceIndex } from "./replace-index.ts";
import { runGit } from "./run-git.ts";
import { exists, ifMissing } from "./working-tree.ts";

/**
 * Ends a revision whose process was killed: finishes it if its commit was made, else brings every file back. A
 * revision whose process is alive is a `UserError`.
 */
export async function recover(folders: Folders): Promise<void> {
  if (!(await exists(revisionFolder(folders)))) return;
  const journal = await readJournal(folders);
  if (journal !== undefined && isAlive(journal.pid)) throw anotherRun();
  if (journal !== undefined)
    await ((await isCommitted(folders, journal)) ? finish(folders) : undoFiles(folders, journal));
  await endRevision(folders);
}

/** The files are in place before the commit is made. Without the lock the user may have another index by now. */
async function finish(folders: Folders): Promise<void> {
  if (await isIndexLockOurs(folders)) await replaceIndex(folders);
}

/** Our commit is the first after the head that we started from, and has the tree that was wanted. */
async function isCommitted(folders: Folders, { head }: Journal): Promise<boolean> {
  const tree = await readFile(revisionFiles(folders).tree, "utf8").catch(ifMissing);
  if (head === undefined || tree === undefined) return false;
  const after = await runGit(folders.root, ["log", "--first-parent", "--format=%T", `${head}..HEAD`], {
    accepts: [0, 128],
  });
  return after.toString().trim().split("\n").at(-1) === tree;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
