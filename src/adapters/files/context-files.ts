/**
 * Build contexts on disk. A directory is an entry of its own only where nothing below it is kept: the others are implied by
 * what they hold, so that an entry's path is all that says whether a directory exists. Links are listed and never followed.
 */

import { isUtf8 } from "node:buffer";
import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { UserError } from "../../errors.ts";
import type { ContextEntry, ContextFiles, ContextFilter } from "../../ports.ts";

const OWNER_EXECUTES = 0o100;

/** The contexts below the root of a checkout. A directory that is missing, unreadable or outside is a `UserError`. */
export function openContextFiles(root: string): ContextFiles {
  return {
    list: async (directory, filter, signal) => {
      const top = await findContext(root, directory);
      const entries = await listBelow({ top, filter, signal }, "");
      return entries
        .map((entry) => ({ entry, key: Buffer.from(entry.path) }))
        .sort(byKey)
        .map(({ entry }) => entry);
    },
  };
}

interface Walk {
  readonly top: string;
  readonly filter: ContextFilter;
  readonly signal: AbortSignal | undefined;
}

async function findContext(root: string, directory: string): Promise<string> {
  const [realRoot, top] = await Promise.all([
    realpath(root),
    realPathOfContext(resolve(root, directory), directory),
  ]);
  const path = relative(realRoot, top);
  if (path !== ".." && !path.startsWith(`..${sep}`)) return top;
  throw new UserError(`The build context ${directory} lies outside of the repository.`, {
    remedy: "Move it into the repository, or name another context in the configuration.",
  });
}

async function realPathOfContext(path: string, directory: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** `directory` is from the context's root and empty or with a slash at its end. */
async function listBelow(walk: Walk, directory: string): Promise<readonly ContextEntry[]> {
  walk.signal?.throwIfAborted();
  const children = await readNames(join(walk.top, directory), directory);
  const lists = await Promise.all(children.map((child) => listChild(walk, directory, child)));
  return lists.flat();
}

async function readNames(absolute: string, directory: string): Promise<readonly Dirent<Buffer>[]> {
  try {
    const children = await readdir(absolute, { withFileTypes: true, encoding: "buffer" });
    return children.filter((child) => child.name.toString() !== ".git");
  } catch (error) {
    throw unreadable(directory === "" ? absolute : directory, error);
  }
}

async function listChild(
  walk: Walk,
  directory: string,
  child: Dirent<Buffer>,
): Promise<readonly ContextEntry[]> {
  const path = directory + decodeName(child.name, directory);
  if (child.isDirectory()) return listDirectory(walk, path);
  if (!(child.isFile() || child.isSymbolicLink()) || !walk.filter.keeps(path)) return [];
  const stats = await lstatIfThere(join(walk.top, path), path);
  if (stats?.isSymbolicLink() === true) return describeLink(join(walk.top, path), path);
  return stats === undefined ? [] : [describe(path, stats)];
}

async function listDirectory(walk: Walk, path: string): Promise<readonly ContextEntry[]> {
  const below = walk.filter.enters(path) ? await listBelow(walk, `${path}/`) : [];
  if (below.length > 0 || !walk.filter.keeps(path)) return below;
  return [{ path, kind: "directory", executable: false, size: 0 }];
}

function decodeName(name: Buffer, directory: string): string {
  if (isUtf8(name)) return name.toString();
  throw new UserError(
    `A file name in ${directory || "the build context"} is not UTF-8: ${name.toString("latin1")}`,
    {
      remedy: "Rename the file, or leave it out by .dockerignore.",
    },
  );
}

function describe(path: string, stats: Stats): ContextEntry {
  return {
    path,
    kind: "file",
    executable: (stats.mode & OWNER_EXECUTES) !== 0,
    size: stats.size,
    stamp: stampOf(stats),
  };
}

function stampOf({ ino, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${mtimeMs} ${ctimeMs}`;
}

async function describeLink(absolute: string, path: string): Promise<readonly ContextEntry[]> {
  try {
    return [{ path, kind: "link", executable: false, size: 0, target: await readlink(absolute) }];
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A file that went away while the directory was being read (an editor's temporary file) is none. */
async function lstatIfThere(absolute: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  return new UserError(`The build context cannot be read at ${path} (${code}).`, {
    remedy: "Check that it exists and is readable, or leave it out by .dockerignore.",
    cause,
  });
}

function byKey(a: { readonly key: Buffer }, b: { readonly key: Buffer }): number {
  return Buffer.compare(a.key, b.key);
}
