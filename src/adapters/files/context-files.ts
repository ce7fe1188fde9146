/** Build contexts on disk. Links are listed and never followed. */
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readlinkSync, realpathSync, type Dirent } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { UserError } from "../../errors.ts";
import type { ContextFiles, SizedEntry } from "../../ports.ts";
import { isIllegible } from "./illegible.ts";
import { walkContext, type Child, type ContextSource } from "./walk-context.ts";

const OWNER_EXECUTES = 0o100;

/** The contexts below the root of a checkout. A directory that is missing, unreadable or outside is a `UserError`. */
export function openContextFiles(root: string): ContextFiles {
  return {
    list: async (directory, filter, signal) =>
      walkContext(directorySource(await findContext(root, directory)), filter, signal),
  };
}

/** The absolute path of a context's directory, which is in the checkout, links resolved. */
export async function findContext(root: string, directory: string): Promise<string> {
  const [realRoot, top] = await Promise.all([
    realpath(root),
    realPathOfContext(resolve(root, directory), directory),
  ]);
  const path = relative(realRoot, top);
  if (!isOutside(path)) return top;
  throw new UserError(`The build context ${directory} lies outside of the repository.`, {
    remedy: "Move it into the repository, or name another context in the configuration.",
  });
}

/**
 * The path from the root of a checkout of the directory that a context is, links resolved; as it is where there is none in the
 * checkout.
 */
export function resolveContext(root: string, directory: string): string {
  if (directory === ".") return directory;
  try {
    const path = relative(root, realpathSync.native(join(root, directory)));
    return isOutside(path) ? directory : path.split(sep).join("/") || ".";
  } catch {
    return directory;
  }
}

/** Of a path from a directory. */
function isOutside(path: string): boolean {
  return path === ".." || path.startsWith(`..${sep}`);
}

async function realPathOfContext(path: string, directory: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** The tree below a directory. Read piece by piece without waiting: to wait for each file takes three times as long. */
export function directorySource(top: string): ContextSource<SizedEntry> {
  return {
    children: (directory, names) =>
      readDirectory(top, directory).filter(({ name }) => names === "any" || names.includes(name)),
    emptyDirectory: (path) => {
      if (isIllegible(top, path)) throw badName(path);
      return { path, kind: "directory", executable: false, size: 0 };
    },
  };
}

function readDirectory(top: string, directory: string): readonly Child<SizedEntry>[] {
  return readNames(top, directory)
    .filter((child) => child.isDirectory() || child.isFile() || child.isSymbolicLink())
    .map((child) => ({
      name: child.name.toString(),
      isDirectory: child.isDirectory(),
      describe: (path) => {
        if (!isUtf8(child.name)) throw badName(directory + child.name.toString("latin1"));
        return describeFile(join(top, path), path);
      },
    }));
}

/** Docker's contexts know no other names than UTF-8. What is not sent may have any. */
function badName(path: string): UserError {
  return new UserError(`A file name in the build context is not UTF-8: ${path}`, {
    remedy: "Rename the file, or leave it out by .dockerignore.",
  });
}

function readNames(top: string, directory: string): readonly Dirent<Buffer>[] {
  const absolute = join(top, directory);
  try {
    const children = readdirSync(absolute, { withFileTypes: true, encoding: "buffer" });
    return children.filter((child) => child.name.toString() !== ".git");
  } catch (error) {
    if (isIllegible(top, directory)) throw badName(directory);
    throw unreadable(directory === "" ? absolute : directory, error);
  }
}

/** What is at a path: a file or a link. One that went away meanwhile (an editor's temporary file) is none. */
export function describeFile(absolute: string, path: string): SizedEntry | undefined {
  try {
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() === true)
      return { path, kind: "link", executable: false, size: 0, target: readlinkSync(absolute) };
    if (stats?.isFile() !== true) return undefined;
    return { path, kind: "file", executable: (stats.mode & OWNER_EXECUTES) !== 0, size: stats.size };
  } catch (error) {
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
