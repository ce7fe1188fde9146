import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";

/** A `UsageError` where something that is no regular file is in a file's place. `path` is from the root. */
export function checkPlainFile(root: string, path: string): void {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  const what = stats.isSymbolicLink() ? "a link" : stats.isDirectory() ? "a directory" : "no file";
  throw new UsageError(`${path} is ${what}, and must be a file.`, {
    remedy: "Put the file itself in its place, or remove what is there: the next run writes it anew.",
  });
}
