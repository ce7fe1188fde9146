/**
 * What the working tree holds, said in blob ids. git's index knows the ids of all files that have not changed since git saw
 * them; only the others are read. Where git converts what it keeps (line endings, filters), the blob is not what the
 * working tree has, and the file is read too.
 */
import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Contents, View } from "../../ports.ts";
import { findConverted } from "./find-converted.ts";
import type { Folders } from "./folders.ts";
import { runGit, splitNul } from "./run-git.ts";
import { ifMissing, readRegularFile } from "./working-tree.ts";

/** The contents of a working tree as they are now. `objectFormat` is the repository's hash: `sha1` or `sha256`. */
export async function openContents({ root }: Folders, objectFormat: string): Promise<Contents> {
  const [entries, modified] = await Promise.all([readIndexEntries(root), readModified(root)]);
  const converted = await findConverted(root, [...entries.keys()]);
  const holding = once((marks: string) => findHolding(root, marks.split("\n")));
  const sizes = once(() => readSizes(root, entries, (path) => converted.hasOtherEndings(path)));

  /** The id that the index has, if the file's bytes are that blob's. */
  const knownId = async (path: string): Promise<string | undefined> => {
    const entry = entries.get(path);
    if (entry?.isRegular !== true || modified.has(path) || converted.isFiltered(path)) return undefined;
    if (!converted.hasOtherEndings(path)) return entry.blob;
    return (await sizes("")).get(entry.blob) === (await sizeOf(root, path)) ? entry.blob : undefined;
  };
  return {
    idOf: async (path, view) => {
      const id = await knownId(path);
      if (id !== undefined && !(await holding(view.marks.join("\n"))).has(path)) return id;
      return hashFile(root, path, view, objectFormat);
    },
    isTracked: (path) => entries.has(path),
  };
}

/** The function, asked once for each key. */
function once<Answer>(ask: (key: string) => Promise<Answer>): (key: string) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}

interface IndexEntry {
  readonly blob: string;
  /** Whether it is a file that git looks at: no link, submodule, unmerged or assumed-unchanged entry. */
  readonly isRegular: boolean;
}

async function readIndexEntries(root: string): Promise<ReadonlyMap<string, IndexEntry>> {
  const entries = new Map<string, IndexEntry>();
  for (const line of splitNul(await runGit(root, ["ls-files", "-s", "-v", "-z"]))) {
    const tab = line.indexOf("\t");
    const [flag = "", mode = "", blob = "", stage = ""] = line.slice(0, tab).split(" ");
    const isRegular = flag === "H" && mode.startsWith("100") && stage === "0" && !/^0+$/.test(blob);
    entries.set(line.slice(tab + 1), { blob, isRegular });
  }
  return entries;
}

/** Files that are not what the index has of them, as far as can be told without reading; and those added by intent. */
async function readModified(root: string): Promise<ReadonlySet<string>> {
  return new Set(
    splitNul(await runGit(root, ["diff-files", "--name-only", "--ignore-submodules=all", "-z"])),
  );
}

/** The sizes, in bytes, of the blobs of some files, by their ids. */
async function readSizes(
  root: string,
  entries: ReadonlyMap<string, IndexEntry>,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const wanted = [...entries].filter(([path, { isRegular }]) => isRegular && isWanted(path));
  const input = wanted.map(([, { blob }]) => `${blob}\n`).join("");
  const args = ["cat-file", "--batch-check=%(objectname) %(objectsize)"];
  const lines = (await runGit(root, args, { input })).toString().split("\n");
  return new Map(
    lines.map((line) => {
      const [id = "", size = ""] = line.split(" ");
      return [id, Number(size)];
    }),
  );
}

async function sizeOf(root: string, path: string): Promise<number | undefined> {
  return (await lstat(join(root, path)).catch(ifMissing))?.size;
}

/** Files of the working tree that hold one of the texts; what git does not track is not searched. */
async function findHolding(root: string, texts: readonly string[]): Promise<ReadonlySet<string>> {
  const args = ["grep", "-l", "-z", "-I", "-F", "--full-name", "--no-recurse-submodules"];
  args.push(...texts.flatMap((text) => ["-e", text]));
  return new Set(splitNul(await runGit(root, args, { accepts: [0, 1] })));
}

async function hashFile(
  root: string,
  path: string,
  view: View,
  objectFormat: string,
): Promise<string | undefined> {
  const bytes = await readRegularFile(root, path);
  if (bytes === undefined) return undefined;
  const seen = view.apply(path, bytes);
  return createHash(objectFormat).update(`blob ${seen.length}\0`).update(seen).digest("hex");
}
