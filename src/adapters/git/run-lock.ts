/**
 * One run at a time in a clone: a symbolic link in the git directory whose target, no path, says which process it is. Such a
 * link is made whole or not at all, and nothing else is needed to make it. A process that was killed leaves it behind; it is
 * then taken over, because no process of that number and start is alive.
 */
import { mkdir, readFile, readlink, rename, rm, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { UserError } from "../../errors.ts";
import { lockFile, type Folders } from "./folders.ts";
import { ifMissing } from "./working-tree.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process was started, where the system says it: a number may be another process's later. */
  readonly started: string;
}

/** Takes the lock; what is returned gives it back. A `UserError` while another run that is alive has it. */
export async function lockRun(folders: Folders): Promise<() => Promise<void>> {
  await mkdir(folders.private, { recursive: true });
  const lock = lockFile(folders);
  const holder: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  while (!(await take(JSON.stringify(holder), lock))) await removeDead(lock);
  return () => unlink(lock).catch(ifMissing);
}

async function take(holder: string, lock: string): Promise<boolean> {
  try {
    await symlink(holder, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moved away before it is removed: of two that find it dead only one can move it. */
async function removeDead(lock: string): Promise<void> {
  const text = await readlink(lock).catch(ifMissing);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder !== undefined && (await isAlive(holder))) throw anotherRun(holder, lock);
  const dead = `${lock}.dead.${process.pid}`;
  await rename(lock, dead).catch(ifMissing);
  const moved = await readlink(dead).catch(ifMissing);
  // Somebody else was faster, and this is the new one's.
  if (moved !== undefined && moved !== text) await take(moved, lock);
  await rm(dead, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Of a process on another machine, which shares the clone, nothing can be known. */
async function isAlive({ pid, host, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return (await startOf(pid)) === started;
}

/** The start of a process in ticks since the machine was started (proc(5), `starttime`); empty where there is no `/proc`. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in brackets, may have blanks and brackets in it.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function anotherRun({ pid, host }: Holder, lock: string): UserError {
  return new UserError(`Another run of manage-images is at work in this clone: process ${pid} on ${host}.`, {
    remedy: `Wait for it to end. If there is no such process any more, remove ${lock}.`,
  });
}
