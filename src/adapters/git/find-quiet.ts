import { lstatSync } from "node:fs";
import { lockFile, revisionFolder, type Folders } from "./folders.ts";

/** That no run is at work in a clone. Each that begins and ends, or writes, changes the time. */
export interface Quiet {
  readonly folders: Folders;
  /** When something was last made or removed in the program's own folder, in nanoseconds since 1970; 0 before the first run. */
  readonly since: bigint;
}

/** `undefined` where a run is at work, or was killed while it wrote. */
export function findQuiet(folders: Folders): Quiet | undefined {
  const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isThere(lockFile(folders)) || isThere(revisionFolder(folders))) return undefined;
  const stats = lstatSync(folders.private, { bigint: true, throwIfNoEntry: false });
  return { folders, since: stats?.mtimeNs ?? 0n };
}

/** Whether nothing has begun, ended or written since. */
export function isStillQuiet({ folders, since }: Quiet): boolean {
  return findQuiet(folders)?.since === since;
}
