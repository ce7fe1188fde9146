import { join } from "node:path";
import type { ContextEntry } from "../../ports.ts";
import { describeFile, directorySource } from "../files/context-files.ts";
import type { Child, ContextSource } from "../files/walk-context.ts";
import { isDirectory } from "./working-tree.ts";
import type { IndexState } from "./read-index.ts";

/** What is known of the directories of a working tree: by path (with a slash at the end, the root's is empty), by name. */
export type Directories = ReadonlyMap<string, ReadonlyMap<string, Known>>;

/** A directory, a file or link that is as git's index has it, or something that must be looked at. */
type Known = "directory" | "file" | "executable" | "look";

/**
 * The directories of a working tree, as git told them. `trustsModes` says whether git looks at executable bits
 * (`core.fileMode`).
 */
export function directoriesOf({ entries, others }: IndexState, trustsModes: boolean): Directories {
  const directories = new Map<string, Map<string, Known>>();
  for (const [path, { mode, isCurrent }] of entries)
    place(directories, path, isCurrent && trustsModes ? knownAs(mode) : "look");
  // A link or file in the place of a directory of tracked files, and the other way round.
  for (const path of others) place(directories, path.endsWith("/") ? path.slice(0, -1) : path, "look");
  return directories;
}

function knownAs(mode: string): Known {
  if (mode === "100644") return "file";
  return mode === "100755" ? "executable" : "look";
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

/** A context below a directory of the working tree, which is looked at only where git does not know. */
export function indexSource(
  root: string,
  context: string,
  directories: Directories,
): ContextSource<ContextEntry> {
  const prefix = context === "." ? "" : `${context}/`;
  const disk = directorySource(join(root, context));
  return {
    children: (directory, names) => {
      const known = directories.get(prefix + directory);
      if (known === undefined) return disk.children(directory, names);
      const wanted = names === "any" ? known.keys() : names;
      return [...wanted].flatMap((name) => {
        const kind = known.get(name);
        return kind === undefined ? [] : [childOf(name, directory, kind)];
      });
    },
    emptyDirectory: (path) =>
      isDirectory(join(root, prefix + path)) ? disk.emptyDirectory(path) : undefined,
  };

  function childOf(name: string, directory: string, kind: Known): Child<ContextEntry> {
    if (kind === "directory") return { name, isDirectory: true, describe: () => undefined };
    if (kind === "look") {
      const absolute = join(root, prefix + directory + name);
      return { name, isDirectory: isDirectory(absolute), describe: (path) => describeFile(absolute, path) };
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
