import { existsSync } from "node:fs";
import { join } from "node:path";

/** What stands in a string for bytes that are not UTF-8: such a name is not the file's. */
export const REPLACED = "\ufffd";

/** Whether what a path stands for has another name, which is not UTF-8. */
export function isIllegible(root: string, path: string): boolean {
  return path.includes(REPLACED) && !existsSync(join(root, path));
}
