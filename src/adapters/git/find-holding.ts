import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Folders } from "./folders.ts";
import type { IndexState } from "./read-index.ts";
import { runGit, splitNul } from "./run-git.ts";
import { exists, readRegularFile } from "./working-tree.ts";

/** What a submodule has is the submodule's; `-I` leaves binary files out; only regular files are searched. */
export const GREP = [
  ...["grep", "--files-with-matches", "--null", "--full-name", "-I", "--fixed-strings"],
  "--no-recurse-submodules",
];

const GIT_LOOKS_AT = 8000;

/**
 * Text files that git tracks and that hold one of the texts in the working tree. For those that are as git's index has them git needs
 * to be asked only once: to search all takes longer than all else that a run without changes does.
 */
export async function findHolding(
  folders: Folders,
  { entries, raw }: IndexState,
  texts: readonly string[],
  ask = () => askHolding(folders, texts),
): Promise<ReadonlySet<string>> {
  const isCurrent = (path: string) => entries.get(path)?.isCurrent === true;
  const key = keyOf(texts, raw);
  const known = await readKnown(folders, key);
  if (known === undefined) {
    const found = await ask();
    await keep(folders, { key, files: found.filter(isCurrent) });
    return new Set(found);
  }
  const found = new Set(known);
  for (const path of entries.keys())
    if (!isCurrent(path) && (await holds(folders, path, texts))) found.add(path);
  return found;
}

/** Has git search all. */
export async function askHolding(
  { root }: Folders,
  texts: readonly string[],
  onOutput?: (piece: Uint8Array) => void,
): Promise<readonly string[]> {
  const args = [...GREP, ...texts.flatMap((text) => ["-e", text])];
  return splitNul(await runGit(root, args, { accepts: [0, 1], onOutput }));
}

/** Whether there was a run that may have found them already. */
export async function isRemembered(folders: Folders): Promise<boolean> {
  return exists(memoryFile(folders));
}

function keyOf(texts: readonly string[], raw: Uint8Array): string {
  return createHash("sha256")
    .update(`${texts.join("\n")}\0`)
    .update(raw)
    .digest("hex");
}

/** As `git grep -I` does. */
async function holds({ root }: Folders, path: string, texts: readonly string[]): Promise<boolean> {
  const bytes = Buffer.from((await readRegularFile(root, path)) ?? []);
  return texts.some((text) => bytes.includes(text)) && !bytes.subarray(0, GIT_LOOKS_AT).includes(0);
}

interface Known {
  readonly key: string;
  readonly files: readonly string[];
}

function memoryFile({ private: folder }: Folders): string {
  return join(folder, "holding.json");
}

/** Whatever is wrong with it: it is only a memory. */
async function readKnown(folders: Folders, key: string): Promise<readonly string[] | undefined> {
  try {
    const known = JSON.parse(await readFile(memoryFile(folders), "utf8")) as Known;
    return known.key === key ? known.files : undefined;
  } catch {
    return undefined;
  }
}

/** Where the folder is not there or nothing can be written, the next run asks again. */
async function keep(folders: Folders, known: Known): Promise<void> {
  const own = `${memoryFile(folders)}.${process.pid}`;
  try {
    await writeFile(own, JSON.stringify(known));
    await rename(own, memoryFile(folders));
  } catch {
    return;
  }
}
