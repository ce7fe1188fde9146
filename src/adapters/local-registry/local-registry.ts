/**
 * A registry of the user's own on this machine, for trying things: CNCF Distribution on a loopback port. It goes on when the
 * program ends, and keeps its port and what was pushed to it when it is stopped: images' names have the port in them. Its
 * state is in the user's folder for such things, never in a repository.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import { findFreePort } from "./find-free-port.ts";
import { startDistribution } from "./start-distribution.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is known of the registry. */
export interface LocalRegistryState {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Absolute path of the folder of all that it keeps. */
  readonly folder: string;
  readonly isRunning: boolean;
}

/** What is written of it when it is first started. */
interface Kept {
  readonly port: number;
  /** It says this with each answer, so that it is not taken for another program at its port. */
  readonly id: string;
}

/** The header in which it says who it is. */
const IDENTITY = "X-Manage-Images-Registry";

/** How long it may take to start or to end, in milliseconds, and how often that is looked at. */
const PATIENCE = 30_000;
const PAUSE = 50;

/** The state of the registry; `undefined` if there is none. */
export async function findLocalRegistry(environment: Environment): Promise<LocalRegistryState | undefined> {
  const folder = folderOf(environment);
  const kept = await readKept(folder);
  if (kept === undefined) return undefined;
  return { host: hostOf(kept), folder, isRunning: await isOurs(kept) };
}

/** Starts the registry if it is not running. Its `127.0.0.1:PORT`. */
export async function startLocalRegistry(environment: Environment, signal: AbortSignal): Promise<string> {
  const folder = folderOf(environment);
  const kept = (await readKept(folder)) ?? (await create(folder));
  if (await isOurs(kept)) return hostOf(kept);
  if (await answers(kept)) throw taken(hostOf(kept));
  const start = randomUUID();
  const file = join(folder, `start-${start}.json`);
  try {
    const settings = settingsOf(folder, kept, start);
    const program = await startDistribution(environment, { file, log: join(folder, "log"), settings });
    const isReady = await until(
      () => isOurs(kept),
      () => !program.isRunning(),
      signal,
    );
    if (!isReady) throw await notStarted(folder);
    // Where another run was faster, it is its program that answers, and ours ends.
    if ((await identityAt(kept)).start === start) await writeFile(join(folder, "pid"), `${program.pid}\n`);
    return hostOf(kept);
  } finally {
    await rm(file, { force: true });
  }
}

/** Ends the registry if it is running, and deletes all that it keeps if it is to be. What was there; `undefined`: nothing. */
export async function stopLocalRegistry(
  environment: Environment,
  { forget }: { readonly forget: boolean },
  signal: AbortSignal,
): Promise<LocalRegistryState | undefined> {
  const folder = folderOf(environment);
  const kept = await readKept(folder);
  if (kept === undefined) return undefined;
  const isRunning = await isOurs(kept);
  if (isRunning) {
    const pid = Number(await readFile(join(folder, "pid"), "utf8").catch(() => "0"));
    if (!Number.isInteger(pid) || pid <= 0) throw notStopped(hostOf(kept));
    process.kill(pid, "SIGTERM");
    const isGone = await until(
      async () => !(await isOurs(kept)),
      () => false,
      signal,
    );
    if (!isGone) throw notStopped(hostOf(kept));
  }
  if (forget) await rm(folder, { recursive: true, force: true });
  return { host: hostOf(kept), folder, isRunning };
}

/** See https://specifications.freedesktop.org/basedir-spec/latest/. */
function folderOf(environment: Environment): string {
  const state = environment["XDG_STATE_HOME"] ?? "";
  const home = environment["HOME"] ?? homedir();
  return join(state.startsWith("/") ? state : join(home, ".local/state"), "manage-images/registry");
}

async function readKept(folder: string): Promise<Kept | undefined> {
  const text = await readFile(join(folder, "state.json"), "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

/** Of two runs that do it at the same time, one is first. What the other one reads is whole: it gets its name when it is. */
async function create(folder: string): Promise<Kept> {
  await mkdir(folder, { recursive: true });
  const kept: Kept = { port: await findFreePort(), id: randomUUID() };
  const own = join(folder, `state-${kept.id}.json`);
  await writeFile(own, `${JSON.stringify(kept)}\n`);
  try {
    await link(own, join(folder, "state.json"));
    return kept;
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === "EEXIST" ? await readKept(folder) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(own, { force: true });
  }
}

/** See https://distribution.github.io/distribution/about/configuration/ (JSON is YAML). */
function settingsOf(folder: string, kept: Kept, start: string): object {
  return {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: hostOf(kept), headers: { [IDENTITY]: [`${kept.id} ${start}`] } },
  };
}

function hostOf({ port }: Kept): string {
  return `127.0.0.1:${port}`;
}

async function isOurs(kept: Kept): Promise<boolean> {
  return (await identityAt(kept)).id === kept.id;
}

/** Whose registry it is, and which start of it, that answers at a port. */
async function identityAt(kept: Kept) {
  const [id, start] = (await ask(kept))?.headers.get(IDENTITY)?.split(" ") ?? [];
  return { id, start };
}

async function answers(kept: Kept): Promise<boolean> {
  return (await ask(kept)) !== undefined;
}

async function ask(kept: Kept): Promise<Response | undefined> {
  const signal = AbortSignal.timeout(PATIENCE);
  return fetch(`http://${hostOf(kept)}/v2/`, { signal, redirect: "manual" }).catch(() => undefined);
}

/** Whether something comes to be before time is up or it cannot come any more. */
async function until(
  isSo: () => Promise<boolean>,
  isHopeless: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const isOver = isHopeless();
    if (await isSo()) return true;
    if (isOver) return false;
    await sleep(PAUSE, undefined, { signal });
  }
  return false;
}

function taken(host: string): UserError {
  return new UserError(`${host} is where the local registry was, and another program is there now.`, {
    remedy:
      "End that program. Or let go of what the registry has, to get one at another port: manage-images registry stop --delete",
  });
}

async function notStarted(folder: string): Promise<UserError> {
  const log = await readFile(join(folder, "log"), "utf8").catch(() => "");
  const last = log.trim().split("\n").slice(-3).join("\n");
  return new UserError(`The local registry does not start.${last === "" ? "" : `\n${last}`}`, {
    remedy: `Look at ${join(folder, "log")}`,
  });
}

function notStopped(host: string): UserError {
  return new UserError(`The local registry at ${host} does not end.`, {
    remedy: "End the program docker-registry that listens there.",
  });
}
