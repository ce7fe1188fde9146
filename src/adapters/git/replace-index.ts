import { rename } from "node:fs/promises";
import type { Folders } from "./folders.ts";
import { revisionFiles } from "./journal.ts";
import { runGit } from "./run-git.ts";
import { exists } from "./working-tree.ts";

/** Tells the new index that the files just written are unchanged: git should not have to find that out. */
export async function refreshIndex(folders: Folders): Promise<void> {
  const { newIndex } = revisionFiles(folders);
  // 1 says that others are changed.
  await runGit(folders.root, ["update-index", "-q", "--refresh"], { indexFile: newIndex, accepts: [0, 1] });
}

/** Puts the new index in the place of the old one, if it is not there yet. git's lock must be ours. */
export async function replaceIndex(folders: Folders): Promise<void> {
  const { newIndex } = revisionFiles(folders);
  if (await exists(newIndex)) await rename(newIndex, folders.index);
}
