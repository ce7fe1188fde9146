import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The bytes of a regular file below the root, reached without any link; `undefined` for whatever else is there. */
export async function readRegularFile(root: string, path: string): Promise<Uint8Array | undefined> {
  const file = join(root, path);
  const stats = await lstat(file).catch(ifMissing);
  if (stats?.isFile() !== true || (await realpath(dirname(file))) !== dirname(file)) return undefined;
  return readFile(file);
}

/** Whether anything at all is at the path, be it a dangling link. */
export async function exists(file: string): Promise<boolean> {
  return (await lstat(file).catch(ifMissing)) !== undefined;
}

/** For `catch`: that there is no such file is an answer, anything else an error. */
export function ifMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw error;
}
