/**
 * A registry of the user's own on this machine, for trying things: CNCF Distribution on a loopback port, as a program or, where
 * that is not installed, in a container. It goes on when the program ends, and keeps its port and what was pushed to it when it
 * is stopped: images' names have the port in them. Its state is in the user's folder for such things, never in a repository.
 */
import { rm } from "node:fs/promises";
import { UsageError, UserError } from "../../errors.ts";
import { getImage, IMAGE, nameOf, startContainer, stopContainer } from "./container.ts";
import { answers, hostOf, isOurs, until } from "./identity.ts";
import { hasProgram, notStopped, startProgram, stopProgram } from "./program.ts";
import type { Started } from "./started.ts";
import { create, folderOf, readKept, replace, type Environment, type Kept } from "./state.ts";

/** What is known of the registry. */
export interface LocalRegistryState {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Absolute path of the folder of all that it keeps. */
  readonly folder: string;
  /** The engine's volume that has what was pushed, where it is run in a container. */
  readonly volume?: string;
  readonly isRunning: boolean;
}

/** How it is started. */
export interface LocalRegistryStart {
  /** The image that it is run from, in a container; without it, it is a program if that is installed. */
  readonly image: string | undefined;
  /** Gets a sentence on what takes a while. */
  readonly say: (text: string) => void;
}

/** The state of the registry; `undefined` if there is none. */
export async function findLocalRegistry(environment: Environment): Promise<LocalRegistryState | undefined> {
  const folder = folderOf(environment);
  const kept = await readKept(folder);
  return kept === undefined ? undefined : stateOf(folder, kept, await isOurs(kept));
}

/** Starts the registry if it is not running. Its `127.0.0.1:PORT`. */
export async function startLocalRegistry(
  environment: Environment,
  start: LocalRegistryStart,
  signal: AbortSignal,
): Promise<string> {
  const folder = folderOf(environment);
  const kept = await choose(environment, folder, start, signal);
  if (await isOurs(kept)) return hostOf(kept);
  if (await answers(kept)) throw taken(hostOf(kept));
  const started = await startAs(environment, folder, kept, start, signal);
  let isReady = false;
  try {
    isReady = await until(
      () => isOurs(kept),
      async () => !(await started.isRunning()),
      signal,
    );
    if (!isReady) throw await notStarted(started);
    return hostOf(kept);
  } finally {
    await started.end(isReady);
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
  if (kept.image !== undefined && (isRunning || forget)) await stopContainer(environment, kept, forget);
  if (kept.image === undefined && isRunning) await stopProgram(folder, kept);
  if (isRunning) await waitForEnd(kept, signal);
  if (forget) await rm(folder, { recursive: true, force: true });
  return stateOf(folder, kept, isRunning);
}

function stateOf(folder: string, kept: Kept, isRunning: boolean): LocalRegistryState {
  const volume = kept.image === undefined ? {} : { volume: nameOf(kept) };
  return { host: hostOf(kept), folder, ...volume, isRunning };
}

/** It stays what it was first: what was pushed is there. */
async function choose(
  environment: Environment,
  folder: string,
  { image, say }: LocalRegistryStart,
  signal: AbortSignal,
): Promise<Kept> {
  const kept = await readKept(folder);
  if (kept !== undefined) {
    if (image === undefined || image === kept.image) return kept;
    if (kept.image === undefined || (await isOurs(kept))) throw isOther(kept, image);
    // One that has ended may still be there, and would be started again as it was.
    await stopContainer(environment, kept, false);
    return replace(folder, { ...kept, image });
  }
  if (image === undefined && (await hasProgram(environment))) return create(folder, undefined);
  await getImage(environment, image ?? IMAGE, say, signal);
  return create(folder, image ?? IMAGE);
}

async function startAs(
  environment: Environment,
  folder: string,
  kept: Kept,
  { say }: LocalRegistryStart,
  signal: AbortSignal,
): Promise<Started> {
  if (kept.image === undefined) return startProgram(environment, folder, kept);
  await getImage(environment, kept.image, say, signal);
  return startContainer(environment, kept.image, kept);
}

async function waitForEnd(kept: Kept, signal: AbortSignal): Promise<void> {
  const isGone = await until(
    async () => !(await isOurs(kept)),
    () => Promise.resolve(false),
    signal,
  );
  if (!isGone) throw notStopped(hostOf(kept));
}

function isOther(kept: Kept, image: string): UsageError {
  const what = kept.image === undefined ? "is the program docker-registry" : `runs from ${kept.image}`;
  const flag = kept.image === undefined ? " --delete" : "";
  return new UsageError(`The local registry ${what}, not from ${image}`, {
    remedy: `Stop it first: manage-images registry stop${flag}. Or leave --registry-image out.`,
  });
}

function taken(host: string): UserError {
  return new UserError(`${host} is where the local registry was, and another program is there now.`, {
    remedy:
      "End that program. Or let go of what the registry has, to get one at another port: manage-images registry stop --delete",
  });
}

async function notStarted(started: Started): Promise<UserError> {
  const { said, place } = await started.lastWords();
  return new UserError(`The local registry does not start.${said === "" ? "" : `\n${said}`}`, {
    remedy: place,
  });
}
