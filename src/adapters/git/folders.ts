import { join } from "node:path";

/** Where a checkout is. All absolute. */
export interface Folders {
  /** The working tree's root. */
  readonly root: string;
  /** The program's own folder, inside the git directory. */
  readonly private: string;
  /** The index file. */
  readonly index: string;
}

/** What is there while a run is at work. */
export function lockFile({ private: folder }: Folders): string {
  return join(folder, "run.lock");
}

/** What is there while files are written. */
export function revisionFolder({ private: folder }: Folders): string {
  return join(folder, "revision");
}
