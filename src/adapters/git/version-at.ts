import type { FileVersion } from "../../ports.ts";
import { readBlobs } from "./blobs.ts";
import { findCommit } from "./find-commit.ts";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";

/** The version of a regular file that a revision has. A `UsageError` where there is no such revision. */
export async function versionAt(
  folders: Folders,
  revision: string,
  path: string,
): Promise<FileVersion | undefined> {
  const commit = await findCommit(folders.root, revision);
  const listed = await runGit(folders.root, ["ls-tree", "-z", "--full-tree", commit, "--", path]);
  const blob = /^100\d+ blob ([0-9a-f]+)\t/.exec(listed.toString())?.[1];
  if (blob === undefined) return undefined;
  const bytes = (await readBlobs(folders, [blob])).get(blob);
  return bytes === undefined ? undefined : { revision: commit, bytes };
}
