import { join } from "node:path";
import type { ContextEntry } from "../../ports.ts";
import { describeFile, directorySource } from "../files/context-files.ts";
import { REPLACED } from "../files/illegible.ts";
import type { Child, ContextSource } from "../files/walk-context.ts";
import { isDirectory } from "./working-tree.ts";
import type { IndexEntry, IndexState } from "./read-index.ts";

/** What is known of the directories of a working tree, by path (with a slash at the end; the root's is empty). */
export interface Directories {
  /** What is in a directory, by name; `undefined` of one of which git knows nothing, or of whose names it is not certain. */
  childrenOf(path: string): ReadonlyMap<string, Known> | undefined;
  /** All files below a directory, if they are as git's index has them and there is nothing else. */
  filesBelow(path: string): readonly ContextEntry[] | undefined;
}

/** A directory, a file or link that is as git's index has it, or something that must be looked at. */
type Known = "directory" | "file" | "executable" | "link" | "look";

/** Which of the paths that git tracks lie below a directory: those from one index to another (exclusive). */
interface Range {
  readonly from: number;
  to: number;
}

/**
 * The directories of a working tree, as git told them. `trustsModes` says whether git looks at executable bits
 * (`core.fileMode`).
 */
export function directoriesOf({ entries, others }: IndexState, trustsModes: boolean): Directories {
  const paths = [...entries.keys()];
  const ranges = rangesOf(paths);
  const untracked = childrenOfOthers(others);
  const known = new Map<string, ReadonlyMap<string, Known>>();
  const knownAt = (path: string) => (trustsModes ? knownAs(entries.get(path)) : "look");
  const illegible = [...paths, ...others].filter((path) => path.includes(REPLACED));
  const uncertain = new Set(illegible.map(aboveIllegible));

  return {
    childrenOf: (directory) => {
      const range = ranges.get(directory);
      const more = untracked.get(directory);
      if (uncertain.has(directory)) return undefined;
      if (range === undefined) return more;
      const children = known.get(directory) ?? readChildren(directory, range, more ?? new Map());
      known.set(directory, children);
      return children;
    },
    filesBelow: (directory) => {
      const range = ranges.get(directory);
      if (range === undefined || untracked.has(directory)) return undefined;
      if (illegible.some((path) => path.startsWith(directory))) return undefined;
      const files: ContextEntry[] = [];
      for (let at = range.from; at < range.to; at += 1) {
        const path = paths[at] ?? "";
        const kind = knownAt(path);
        if (kind === "look" || kind === "link") return undefined;
        files.push(kind === "executable" ? describeExecutable(path) : describePlain(path));
      }
      return files;
    },
  };

  function readChildren(directory: string, range: Range, more: ReadonlyMap<string, Known>) {
    const children = new Map<string, Known>();
    for (let at = range.from; at < range.to;) {
      const path = paths[at] ?? "";
      const slash = path.indexOf("/", directory.length);
      const below = slash < 0 ? undefined : ranges.get(path.slice(0, slash + 1));
      if (below === undefined) children.set(path.slice(directory.length), knownAt(path));
      else children.set(path.slice(directory.length, slash), "directory");
      at = below?.to ?? at + 1;
    }
    // A link or file in the place of a directory of tracked files, and the other way round.
    for (const [name, kind] of more) if (kind === "look" || !children.has(name)) children.set(name, kind);
    return children;
  }
}

/** The directory that holds the first such name of a path. */
function aboveIllegible(path: string): string {
  return path.slice(0, path.lastIndexOf("/", path.indexOf(REPLACED)) + 1);
}

const KINDS: ReadonlyMap<string, Known> = new Map([
  ["100644", "file"],
  ["100755", "executable"],
  ["120000", "link"],
]);

function knownAs(entry: IndexEntry | undefined): Known {
  return entry?.isCurrent === true ? (KINDS.get(entry.mode) ?? "look") : "look";
}

/** In git's order, all that is in a directory stands together. */
function rangesOf(paths: readonly string[]): ReadonlyMap<string, Range> {
  const ranges = new Map<string, Range>([["", { from: 0, to: paths.length }]]);
  const open: { readonly path: string; readonly range: Range }[] = [];
  let directory = "";
  for (let at = 0; at < paths.length; at += 1) {
    const path = paths[at] ?? "";
    while (!path.startsWith(directory)) {
      const left = open.pop();
      if (left !== undefined) left.range.to = at;
      directory = open.at(-1)?.path ?? "";
    }
    for (let slash = path.indexOf("/", directory.length); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      const range = { from: at, to: paths.length };
      directory = path.slice(0, slash + 1);
      open.push({ path: directory, range });
      ranges.set(directory, range);
    }
  }
  return ranges;
}

/** What git does not track, with the directories above it. */
function childrenOfOthers(others: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, Known>> {
  const directories = new Map<string, Map<string, Known>>();
  for (const path of others) place(directories, path.endsWith("/") ? path.slice(0, -1) : path, "look");
  return directories;
}

function place(directories: Map<string, Map<string, Known>>, path: string, known: Known): void {
  const slash = path.lastIndexOf("/") + 1;
  directoryAt(directories, path.slice(0, slash)).set(path.slice(slash), known);
}

function directoryAt(directories: Map<string, Map<string, Known>>, path: string): Map<string, Known> {
  const found = directories.get(path);
  if (found !== undefined) return found;
  const children = new Map<string, Known>();
  directories.set(path, children);
  if (path !== "") place(directories, path.slice(0, -1), "directory");
  return children;
}

/**
 * A context below a directory of the working tree, which is looked at only where git does not know. `onLook` is told when it
 * is.
 */
export function indexSource(
  root: string,
  context: string,
  directories: Directories,
  onLook: () => void = () => undefined,
): ContextSource<ContextEntry> {
  const prefix = context === "." ? "" : `${context}/`;
  const disk = directorySource(join(root, context));
  return {
    children: (directory, names) => {
      const known = directories.childrenOf(prefix + directory);
      if (known === undefined) {
        onLook();
        return disk.children(directory, names);
      }
      const wanted = names === "any" ? known.keys() : names;
      return [...wanted].flatMap((name) => {
        const kind = known.get(name);
        return kind === undefined ? [] : [childOf(name, directory, kind)];
      });
    },
    filesBelow: (directory) => {
      const files = directories.filesBelow(prefix + directory);
      return prefix === ""
        ? files
        : files?.map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
    },
    emptyDirectory: (path) => {
      if (directories.childrenOf(`${prefix}${path}/`) === undefined) onLook();
      return isDirectory(join(root, prefix + path)) ? disk.emptyDirectory(path) : undefined;
    },
  };

  function childOf(name: string, directory: string, kind: Known): Child<ContextEntry> {
    if (kind === "directory") return { name, isDirectory: true, describe: () => undefined };
    const absolute = join(root, prefix + directory + name);
    if (kind === "link")
      return { name, isDirectory: false, describe: (path) => describeFile(absolute, path) };
    if (kind === "look") {
      const describe = (path: string) => {
        onLook();
        return describeFile(absolute, path);
      };
      return { name, isDirectory: isDirectory(absolute), describe };
    }
    return { name, isDirectory: false, describe: kind === "executable" ? describeExecutable : describePlain };
  }
}

function describePlain(path: string): ContextEntry {
  return { path, kind: "file", executable: false };
}

function describeExecutable(path: string): ContextEntry {
  return { path, kind: "file", executable: true };
}
