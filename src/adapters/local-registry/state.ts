import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "./find-free-port.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is written of the registry when it is first started. */
export interface Kept {
  readonly port: number;
  /** It says this with each answer, so that it is not taken for another program at its port. */
  readonly id: string;
  /** What its container is run from; without it, it is a program of this machine. */
  readonly image?: string;
}

/** The folder of all that is known of it. See https://specifications.freedesktop.org/basedir-spec/latest/. */
export function folderOf(environment: Environment): string {
  const state = environment["XDG_STATE_HOME"] ?? "";
  const home = environment["HOME"] ?? homedir();
  return join(state.startsWith("/") ? state : join(home, ".local/state"), "manage-images/registry");
}

/** What was written; `undefined` if there is no such registry. */
export async function readKept(folder: string): Promise<Kept | undefined> {
  const text = await readFile(fileIn(folder), "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

/** Chooses a port. Of two runs that do it at the same time, one is first. What the other one reads is whole: it gets its name when it is. */
export async function create(folder: string, image: string | undefined): Promise<Kept> {
  await mkdir(folder, { recursive: true });
  const port = await findFreePort();
  const kept: Kept = { port, id: randomUUID(), ...(image === undefined ? {} : { image }) };
  const own = await writeApart(folder, kept);
  try {
    await link(own, fileIn(folder));
    return kept;
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === "EEXIST" ? await readKept(folder) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(own, { force: true });
  }
}

/** Writes something else of the same registry. */
export async function replace(folder: string, kept: Kept): Promise<Kept> {
  await rename(await writeApart(folder, kept), fileIn(folder));
  return kept;
}

async function writeApart(folder: string, kept: Kept): Promise<string> {
  const own = join(folder, `state-${randomUUID()}.json`);
  await writeFile(own, `${JSON.stringify(kept)}\n`);
  return own;
}

function fileIn(folder: string): string {
  return join(folder, "state.json");
}
