import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";

/** Whether a file that a flag names can be written, before hours of work and not after them. */
export async function checkWritable(
  { directory }: Pick<Terminal, "directory">,
  flag: string,
  name: string,
): Promise<void> {
  const file = resolve(directory, name);
  const isIn = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (name !== "" && (await isIn(dirname(file))) && !(await isIn(file))) return;
  throw new UsageError(`${flag} ${name}: no file can be written there`, {
    remedy: "Name a file in a directory that exists.",
  });
}
