import { createHash } from "node:crypto";
import { join } from "node:path";
import { keepMemory, readMemory } from "../files/memory-file.ts";
import type { Folders } from "./folders.ts";
import type { IndexState } from "./read-index.ts";
import { runGit, splitNul, type GitOptions } from "./run-git.ts";
import { readRegularFile, statsIfThere } from "./working-tree.ts";

/** What a submodule has is the submodule's; `-I` leaves binary files out; only regular files are searched. */
export const GREP = [
  ...["grep", "--files-with-matches", "--null", "--full-name", "-I", "--fixed-strings"],
  "--no-recurse-submodules",
];

const GIT_LOOKS_AT = 8000;

/**
 * Text files that git tracks and that hold one of the texts in the working tree. For those that are as git's index has them git needs
 * to be asked only once: to search all takes longer than all else that a run without changes does. `memory` is the checkout's.
 */
export async function findHolding(
  folders: Folders,
  { entryOf, doubtful, raw }: IndexState,
  texts: readonly string[],
  memory: HoldingMemory,
  ask = () => askHolding(folders, texts),
): Promise<ReadonlySet<string>> {
  const isCurrent = (path: string) => !doubtful.has(path) && entryOf(path) !== undefined;
  const key = keyOf(texts, raw);
  const known = memory.found?.key === key ? memory.found : await readFound(folders, key);
  if (known === undefined) {
    const found = await ask();
    memory.found = { key, files: found.filter(isCurrent) };
    await keepMemory(memoryFile(folders), memory.found);
    return new Set(found);
  }
  memory.found = known;
  const found = new Set(known.files);
  for (const path of doubtful) if (await holds(folders, path, texts)) found.add(path);
  return found;
}

/** Has git search all. */
export async function askHolding(
  { root }: Folders,
  texts: readonly string[],
  options: Pick<GitOptions, "onOutput" | "signal"> = {},
): Promise<readonly string[]> {
  const args = [...GREP, ...texts.flatMap((text) => ["-e", text])];
  return splitNul(await runGit(root, args, { ...options, accepts: [0, 1] }));
}

/** Whether they may have been found already, by this run or an earlier one. */
export function isRemembered(folders: Folders, { found }: HoldingMemory = {}): boolean {
  return found !== undefined || statsIfThere(memoryFile(folders)) !== undefined;
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

/** What a run has found, empty at first. The file outlasts it, but a working tree of the program's own has no place for one. */
export interface HoldingMemory {
  found?: Found;
}

interface Found {
  readonly key: string;
  /** Those that are as git's index has them. */
  readonly files: readonly string[];
}

function memoryFile({ private: folder }: Folders): string {
  return join(folder, "holding.json");
}

async function readFound(folders: Folders, key: string): Promise<Found | undefined> {
  const found = (await readMemory(memoryFile(folders))) as Found | undefined;
  return found?.key === key ? found : undefined;
}
