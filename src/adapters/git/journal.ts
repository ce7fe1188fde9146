/**
 * A revision under way, on disk, so that one that is killed can be undone or finished by the next run.
 *
 * The folder `revision` in the program's private folder is made before anything is changed and removed when all is done.
 * It holds the new and the old content of each file, the new index, and the journal, which says what belongs where: it is
 * written last and removed first (decision 66).
 */
import { createHash } from "node:crypto";
import { closeSync, fchmodSync, fsync, linkSync, openSync, writeFileSync } from "node:fs";
import { link, lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../errors.ts";
import { copyIndex } from "./copy-index.ts";
import { revisionFolder, type Folders } from "./folders.ts";
import type { FilePlan } from "./plan-file.ts";
import { ifMissing, statsIfThere } from "./working-tree.ts";

/** Changes whose files are open at the same time: a process may have a thousand. */
const AT_ONCE = 128;

/** What is under way. */
export interface Journal {
  /** The process that does it. */
  readonly pid: number;
  /** The commit that HEAD was at, where one is to be made on it. */
  readonly head?: string;
  readonly files: readonly JournalFile[];
}

/** A file of the working tree that changes; its position in the list names its old and new content. */
export interface JournalFile {
  readonly path: string;
  /** Whether there was no such file. */
  readonly isNew: boolean;
  /** Hash of the new content. */
  readonly after: string;
}

/** The folder of a revision, and what is in it. */
export function revisionFiles(folders: Folders) {
  const folder = revisionFolder(folders);
  return {
    folder,
    journal: join(folder, "journal.json"),
    lock: join(folder, "lock"),
    newIndex: join(folder, "index"),
    commitIndex: join(folder, "commit-index"),
    message: join(folder, "message"),
    tree: join(folder, "tree"),
    before: (position: number) => join(folder, `${position}.before`),
    after: (position: number) => join(folder, `${position}.after`),
  };
}

/** Begins a revision: everything that is needed to undo it is on the disk afterwards, and nothing has changed. */
export async function beginRevision(
  folders: Folders,
  plans: readonly FilePlan[],
  head?: string,
): Promise<Journal> {
  const files = revisionFiles(folders);
  await mkdir(folders.private, { recursive: true });
  await mkdir(files.folder).catch((error: unknown) => {
    throw isCode(error, "EEXIST") ? anotherRun() : error;
  });
  const changes = changesOf(plans);
  // All are written before the first waits for the disk: that holds up what is made meanwhile.
  for (let start = 0; start < changes.length; start += AT_ONCE) {
    const some = changes.slice(start, start + AT_ONCE);
    await writeSafely(some.flatMap((change, index) => contentsToKeep(folders, change, start + index)));
  }
  const journal: Journal = {
    pid: process.pid,
    files: changes.map(({ path, before, after }) => ({
      path,
      isNew: before === undefined,
      after: hashOf(after),
    })),
    ...(head === undefined ? {} : { head }),
  };
  await writeSafely([{ file: `${files.journal}.new`, bytes: Buffer.from(JSON.stringify(journal)) }]);
  await rename(`${files.journal}.new`, files.journal);
  await syncFolder(files.folder);
  return journal;
}

/** The new content of a file, and its old one unless that is kept already. */
function contentsToKeep(
  folders: Folders,
  { path, before, after }: Change,
  position: number,
): readonly NewFile[] {
  const files = revisionFiles(folders);
  const file = join(folders.root, path);
  const mode = statsIfThere(file)?.mode;
  const isKept = before === undefined || isLinked(file, files.before(position));
  const copy = isKept ? [] : [{ file: files.before(position), bytes: before, mode }];
  return [...copy, { file: files.after(position), bytes: after, mode }];
}

/** What becomes of a file of the working tree. */
export interface Change {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/** The files of the working tree that change, in the order of the journal's. */
export function changesOf(plans: readonly FilePlan[]): readonly Change[] {
  return plans.flatMap(({ path, working }) => (working === undefined ? [] : [{ path, ...working }]));
}

/** Keeps a file by another name: nothing is to be written for that. Not every file system can do it, and none across two. */
function isLinked(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch {
    return false;
  }
}

/** Takes git's lock on the index. It is a link to a file of ours, so that it can be known again as ours. */
export async function lockIndex(folders: Folders): Promise<void> {
  const { lock, newIndex } = revisionFiles(folders);
  await writeSafely([{ file: lock, bytes: Buffer.alloc(0) }]);
  await link(lock, `${folders.index}.lock`).catch((error: unknown) => {
    throw isCode(error, "EEXIST") ? indexLocked(folders) : error;
  });
  await copyIndex(folders, newIndex);
}

/** Whether git's lock on the index is the one that `lockIndex` took. */
export async function isIndexLockOurs(folders: Folders): Promise<boolean> {
  const files = [revisionFiles(folders).lock, `${folders.index}.lock`];
  const [ours, taken] = await Promise.all(files.map((file) => lstat(file).catch(ifMissing)));
  return ours !== undefined && ours.ino === taken?.ino;
}

/** Gives git's lock back, if it is ours, and forgets the revision. */
export async function endRevision(folders: Folders): Promise<void> {
  if (await isIndexLockOurs(folders)) await rm(`${folders.index}.lock`, { force: true });
  const { journal, folder } = revisionFiles(folders);
  // Without what belongs to it, it could not be obeyed.
  await rm(journal, { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** The journal of a revision that was begun and not ended; `undefined` if there is none, or nothing was changed yet. */
export async function readJournal(folders: Folders): Promise<Journal | undefined> {
  const text = await readFile(revisionFiles(folders).journal, "utf8").catch(ifMissing);
  return text === undefined ? undefined : (JSON.parse(text) as Journal);
}

/** Hash by which a content is known again. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

interface NewFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly mode?: number | undefined;
}

async function writeSafely(files: readonly NewFile[]): Promise<void> {
  await syncOpen((opened) => {
    for (const { file, bytes, mode = 0o644 } of files) {
      const descriptor = openSync(file, "wx", 0o600);
      opened.push(descriptor);
      writeFileSync(descriptor, bytes);
      fchmodSync(descriptor, mode & 0o7777);
    }
  });
}

async function syncFolder(folder: string): Promise<void> {
  await syncOpen((opened) => opened.push(openSync(folder, "r")));
}

/** Brings what `open` opens to the disk. Each waits for it, so they wait together. */
async function syncOpen(open: (opened: number[]) => void): Promise<void> {
  const opened: number[] = [];
  try {
    open(opened);
    const syncs = opened.map((descriptor) => sync(descriptor));
    await Promise.allSettled(syncs);
    await Promise.all(syncs);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

const sync = promisify(fsync);

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

/** That another run is writing in this checkout. */
export function anotherRun(): UserError {
  return new UserError("Another run of manage-images is writing in this checkout", {
    remedy: "Wait for it to end, and run again.",
  });
}

function indexLocked({ index }: Folders): UserError {
  return new UserError(`Another git process is at work in this checkout: ${index}.lock exists`, {
    remedy: "Wait for it to end. If there is none, remove the file. Then run again: what was pushed is kept.",
  });
}
