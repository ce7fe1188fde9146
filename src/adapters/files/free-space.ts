import { statfs } from "node:fs/promises";

/** The bytes that are free for the user below a directory; `undefined` where it is not there or may not be seen. */
export async function freeSpace(directory: string): Promise<number | undefined> {
  const found = await statfs(directory).catch(() => undefined);
  return found === undefined ? undefined : found.bavail * found.bsize;
}
