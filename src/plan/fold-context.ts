import { createHash } from "node:crypto";

/** The whole context, where even what lies at its root is too much. */
const ROOT = "./";

const HASH_LENGTH = 12;

interface Directory {
  /** With a slash at its end. */
  readonly path: string;
  readonly files: [path: string, hash: string][];
  readonly directories: Map<string, Directory>;
}

/**
 * A context in at most `most` lines: its paths, of which whole directories are folded to one hash each, the deepest first,
 * until the rest fits. Pure, and the same for the same context.
 */
export function foldContext(
  context: ReadonlyMap<string, string>,
  most: number,
): Readonly<Record<string, string>> {
  const root = treeOf(context);
  if (countOf(root) > most) return { [ROOT]: hashOf(context.entries()) };
  const open = [root];
  const folded = new Set<Directory>();
  let lines = countOf(root);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const directory of next.directories.values()) {
      const more = countOf(directory) - 1;
      if (lines + more > most) folded.add(directory);
      else {
        lines += more;
        open.push(directory);
      }
    }
  }
  return Object.fromEntries(linesOf(root, folded).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The paths of a context that are not what a folded context says: changed, new or gone. A directory stands for what is in it. */
export function changedPaths(
  before: Readonly<Record<string, string>>,
  context: ReadonlyMap<string, string>,
): readonly string[] {
  const folded = Object.keys(before).filter((path) => path.endsWith("/"));
  const within = new Map<string, [string, string][]>(folded.map((path) => [path, []]));
  const changed = new Set<string>();
  const seen = new Set<string>();
  for (const [path, hash] of context) {
    const directory = folded.find((folder) => folder === ROOT || path.startsWith(folder));
    if (directory !== undefined) within.get(directory)?.push([path, hash]);
    else if (before[path] === short(hash)) seen.add(path);
    else changed.add(path);
  }
  for (const [directory, entries] of within) if (hashOf(entries) === before[directory]) seen.add(directory);
  for (const path of Object.keys(before)) if (!seen.has(path)) changed.add(path);
  return [...changed].sort();
}

function treeOf(context: ReadonlyMap<string, string>): Directory {
  const root: Directory = { path: "", files: [], directories: new Map() };
  for (const [path, hash] of context) {
    const names = path.split("/").slice(0, -1);
    let directory = root;
    for (const name of names) {
      const below = directory.directories.get(name);
      const next = below ?? { path: `${directory.path}${name}/`, files: [], directories: new Map() };
      directory.directories.set(name, next);
      directory = next;
    }
    directory.files.push([path, hash]);
  }
  return root;
}

function countOf({ files, directories }: Directory): number {
  return files.length + directories.size;
}

function linesOf(directory: Directory, folded: ReadonlySet<Directory>): [string, string][] {
  const below = [...directory.directories.values()].flatMap((each): [string, string][] =>
    folded.has(each) ? [[each.path, hashOf(entriesOf(each))]] : linesOf(each, folded),
  );
  return [...directory.files.map(([path, hash]): [string, string] => [path, short(hash)]), ...below];
}

function entriesOf({ files, directories }: Directory): [string, string][] {
  return [...files, ...[...directories.values()].flatMap(entriesOf)];
}

function hashOf(entries: Iterable<readonly [string, string]>): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return short(createHash("sha256").update(JSON.stringify(sorted)).digest("hex"));
}

function short(hash: string): string {
  return hash.slice(0, HASH_LENGTH);
}
