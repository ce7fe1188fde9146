import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors.ts";
import type { Folders } from "./folders.ts";
import { hashOf, revisionFiles, type Journal } from "./journal.ts";
import { readRegularFile } from "./working-tree.ts";

/** Puts the new content of each file in its place. A file that is not as it was when it was read is a `UserError`. */
export async function applyFiles(folders: Folders, journal: Journal): Promise<void> {
  for (const [position, { path, isNew }] of journal.files.entries()) {
    const { before, after } = revisionFiles(folders);
    const now = await readRegularFile(folders.root, path);
    if (isNew ? now !== undefined : !equal(now, await readFile(before(position))))
      throw changedMeanwhile(path);
    await put(after(position), join(folders.root, path));
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
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const near = join(dirname(target), `.${basename(target)}.manage-images`);
    await copyFile(source, near);
    await rename(near, target);
    await rm(source);
  }
}

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.from(a).equals(b);
}

function changedMeanwhile(path: string): UserError {
  return new UserError(`${path} was changed while the digests were being written`, {
    remedy: "Nothing was written. Run again: what was pushed is kept.",
  });
}
