import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Folders } from "./folders.ts";
import { revisionFiles } from "./journal.ts";
import { runGit } from "./run-git.ts";

/** The bytes of blobs, by their ids, asked for in one go (`git cat-file --batch`). */
export async function readBlobs(
  { root }: Folders,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const unique = [...new Set(ids)];
  const blobs = new Map<string, Uint8Array>();
  if (unique.length === 0) return blobs;
  const output = await runGit(root, ["cat-file", "--batch"], { input: `${unique.join("\n")}\n` });
  let at = 0;
  for (const id of unique) {
    const end = output.indexOf("\n", at);
    const size = Number(output.toString("latin1", at, end).split(" ")[2]);
    if (!Number.isInteger(size)) throw new Error(`git has no blob ${id}`);
    blobs.set(id, output.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return blobs;
}

/** Puts contents into git's object store, as they are, and gives their ids in the same order. Only within a revision. */
export async function writeBlobs(
  folders: Folders,
  contents: readonly Uint8Array[],
): Promise<readonly string[]> {
  if (contents.length === 0) return [];
  const folder = await mkdtemp(join(revisionFiles(folders).folder, "blobs-"));
  try {
    const files = contents.map((_, index) => join(folder, String(index)));
    for (const [index, bytes] of contents.entries()) await writeFile(files[index] ?? folder, bytes);
    const args = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
    const output = await runGit(folders.root, args, { input: `${files.join("\n")}\n` });
    return output.toString().trimEnd().split("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
