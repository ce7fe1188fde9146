import { copyFile, link, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SizedEntry } from "../../ports.ts";

/**
 * Makes a directory with these entries of another one: buildx sends whole directories, and of a named context just what was
 * hashed is to be sent. Files are linked where the file system can, and copied otherwise.
 */
export async function stageContext(to: string, from: string, entries: readonly SizedEntry[]): Promise<void> {
  const folders = entries.map(({ path, kind }) => join(to, kind === "directory" ? path : dirname(path)));
  for (const folder of new Set([to, ...folders])) await mkdir(folder, { recursive: true });
  for (const entry of entries) {
    const path = join(to, entry.path);
    if (entry.kind === "link") await symlink(entry.target ?? "", path);
    if (entry.kind === "file") await linkOrCopy(join(from, entry.path), path);
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EXDEV", "EPERM", "EMLINK", "ENOTSUP"].includes(code)) throw error;
    await copyFile(from, to);
  }
}
