import { lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** In bytes. To have a thread read less takes longer than to read it. */
const SMALL = 64 * 1024;

/** The bytes of a regular file below the root, reached without any link; `undefined` for whatever else is there. */
export async function readRegularFile(root: string, path: string): Promise<Uint8Array | undefined> {
  const file = join(root, path);
  const stats = statsIfThere(file);
  if (stats?.isFile() !== true || realpathSync.native(dirname(file)) !== dirname(file)) return undefined;
  return stats.size > SMALL ? readFile(file) : readFileSync(file);
}

/** The bytes of the file that a path leads to, perhaps through links; `undefined` where that is not in the directory. */
export async function readFileWithin(
  root: string,
  path: string,
  directory: string,
): Promise<Uint8Array | undefined> {
  const plain = await readRegularFile(root, path);
  if (plain !== undefined || statsIfThere(join(root, path)) === undefined) return plain;
  const [top, file] = await Promise.all(
    [directory, path].map((each) => realpath(join(root, each)).catch(ifMissing)),
  );
  if (top === undefined || file?.startsWith(join(top, "/")) !== true) return undefined;
  return readRegularFile(top, relative(top, file));
}

/** Whether anything at all is at the path, be it a dangling link. */
export async function exists(file: string): Promise<boolean> {
  return (await lstat(file).catch(ifMissing)) !== undefined;
}

/** Whether there is a directory (a link to one is none). */
export function isDirectory(path: string): boolean {
  return statsIfThere(path)?.isDirectory() === true;
}

/** What is at a path, if anything: most often there is nothing, and that is to be known without waiting. */
export function statsIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    ifMissing(error);
    return undefined;
  }
}

/** For `catch`: that there is no such file is an answer, anything else an error. */
export function ifMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw error;
}
