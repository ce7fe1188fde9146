/**
 * What a working tree is known by: while that is the same, all that was read from it would be read again. What git tracks is
 * known by the index file and by git saying that no file differs in size, time or kind from what stands there; what it does
 * not track, by the names that it lists. Of files that git neither tracks nor ignores the contents may count as well, as pins
 * in them are told of: they are known as git knows its own.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { TreeMark } from "../../ports.ts";
import type { Folders } from "./folders.ts";
import type { IndexState } from "./read-index.ts";
import { runGit, splitNul } from "./run-git.ts";

/** The most files that are looked at one by one. */
const MOST_UNTRACKED = 1000;

/** An index ends with a hash of the rest (gitformat-index(5)). */
const HASH_BYTES = 32;

/** Clocks of file systems lag behind that of the process. In milliseconds. */
const LAG = 1000;

/** What there is before a working tree is read. */
export interface Before {
  /** What the index file is known by. */
  readonly index: string;
  /** The time, in milliseconds since 1970. */
  readonly time: number;
}

/** To be called before git is asked for anything. `undefined` where there is no index. */
export function lookBefore(folders: Folders): Before | undefined {
  const index = markIndex(folders);
  return index === undefined ? undefined : { index, time: Date.now() };
}

/** git never changes the file in place. `undefined` where there is none. */
function markIndex({ index }: Folders): string | undefined {
  const file = openIfThere(index);
  if (file === undefined) return undefined;
  try {
    const { ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
    const end = Buffer.alloc(HASH_BYTES);
    readSync(file, end, 0, HASH_BYTES, Math.max(0, Number(size) - HASH_BYTES));
    return [ino, size, mtimeNs, ctimeNs, end.toString("hex")].join(" ");
  } finally {
    closeSync(file);
  }
}

/**
 * What a working tree is known by that was read since, and of which git said `state`. `undefined` where a file differs from
 * the index, or may have changed meanwhile.
 */
export async function markTree(
  folders: Folders,
  { index, time }: Before,
  { doubtful, others }: IndexState,
): Promise<TreeMark | undefined> {
  if (doubtful.size > 0) return undefined;
  const untracked = others.length === 0 ? "" : await markUntracked(folders, time - LAG);
  return untracked === undefined ? undefined : { index, others: hashOf(others.join("\0")), untracked };
}

/** Whether a working tree is known by the same as before. Asks as little as it can. */
export async function hasMark(folders: Folders, mark: TreeMark): Promise<boolean> {
  if (markIndex(folders) !== mark.index) return false;
  const [changed, others] = await Promise.all([
    runGit(folders.root, ["diff-files", "-z", "--ignore-submodules=none"]),
    runGit(folders.root, ["ls-files", "-z", "--others", "--directory"]),
  ]);
  if (changed.length > 0 || hashOf(splitNul(others).join("\0")) !== mark.others) return false;
  if (others.length > 0 && (await markUntracked(folders)) !== mark.untracked) return false;
  return markIndex(folders) === mark.index;
}

/** What the files are known by that git neither tracks nor ignores; `undefined` if there are many, or newer ones. */
async function markUntracked({ root }: Folders, newest = Infinity): Promise<string | undefined> {
  const paths = splitNul(await runGit(root, ["ls-files", "-z", "--others", "--exclude-standard"]));
  if (paths.length > MOST_UNTRACKED) return undefined;
  const marks: string[] = [];
  for (const path of paths) {
    const stats = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || Number(stats.ctimeMs) > newest) return undefined;
    marks.push([path, stats.ino, stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs].join(" "));
  }
  return hashOf(marks.join("\0"));
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
