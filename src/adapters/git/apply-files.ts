import { renameSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors.ts";
import type { Folders } from "./folders.ts";
import { hashOf, revisionFiles, type Change, type Journal } from "./journal.ts";
import { readRegularFile } from "./working-tree.ts";

/** Puts the new content of each file in its place. A file that is not as it was when it was read is a `UserError`. */
export async function applyFiles(folders: Folders, changes: readonly Change[]): Promise<void> {
  const { after } = revisionFiles(folders);
  for (const [position, { path, before }] of changes.entries()) {
    const now = await readRegularFile(folders.root, path);
    if (!isSame(now, before)) throw changedMeanwhile(path);
    const target = join(folders.root, path);
    if (before === undefined) await mkdir(dirname(target), { recursive: true });
    await put(after(position), target);
  }
}

/** Brings each file back that has its new content. One that somebody has changed since is left as it is. */
export async function undoFiles(folders: Folders, journal: Journal): Promise<void> {
  for (const [position, { path, isNew, after }] of journal.files.entries()) {
    const now = await readRegularFile(folders.root, path);
    if (now === undefined || hashOf(now) !== after) continue;
    if (isNew) await rm(join(folders.root, path));
    else await put(revisionFiles(folders).before(position), join(folders.root, path));
  }
}

/** A renaming is one step, but only within a file system; across two the content is brought near first. */
async function put(source: string, target: string): Promise<void> {
  try {
    renameSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const near = join(dirname(target), `.${basename(target)}.manage-images`);
    await copyFile(source, near);
    await rename(near, target);
    await rm(source);
  }
}

function isSame(now: Uint8Array | undefined, before: Uint8Array | undefined): boolean {
  if (now === undefined || before === undefined) return now === before;
  return Buffer.compare(now, before) === 0;
}

function changedMeanwhile(path: string): UserError {
  return new UserError(`${path} was changed while the digests were being written`, {
    remedy: "Nothing was written. Run again: what was pushed is kept.",
  });
}
