import { copyFile, stat, utimes } from "node:fs/promises";
import type { Folders } from "./folders.ts";
import { ifMissing } from "./working-tree.ts";

/**
 * Copies the user's index, if there is one, with its time: by that git knows which files may have been edited just after it
 * was written, with the same size, and looks into them (git's technical/racy-git). With a later time such an edit would
 * never be seen again.
 */
export async function copyIndex({ index }: Folders, target: string): Promise<void> {
  const stats = await stat(index).catch(ifMissing);
  if (stats === undefined) return;
  await copyFile(index, target);
  // Rounded down: a fraction earlier makes git look into more files, not fewer.
  await utimes(target, stats.atimeMs / 1000, Math.floor(stats.mtimeMs) / 1000);
}
