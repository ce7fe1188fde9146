import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const READY_WITHIN_SECONDS = 60;
const GUARD = fileURLToPath(new URL("guard", import.meta.url));

/** A program that runs in the background with a temporary folder of its own. */
export interface Guarded {
  readonly folder: string;
  /** Ends the program and removes the folder. Resolves when both are gone. */
  readonly stop: () => Promise<void>;
}

/** What to run: a function of the folder, so that files can be put there first. */
export type Command = (folder: string) => Promise<readonly string[]>;

/**
 * Starts a program that ends, with all it left in its folder, when `stop` is called or when this process ends, however
 * it ends. Rejects with the end of the program's output if it ends before `isReady`.
 */
export async function startGuarded(
  name: string,
  command: Command,
  isReady: (folder: string) => Promise<boolean>,
): Promise<Guarded> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const child = spawnGuard(folder, await command(folder));
  const ended = once(child, "exit");
  const stop = async () => {
    child.ref();
    child.stdin?.end();
    await ended;
  };
  const deadline = performance.now() + READY_WITHIN_SECONDS * 1000;
  while (!(await isReady(folder))) {
    const log = await readFile(join(folder, "log"), "utf8").catch(() => "");
    if (child.exitCode === null && performance.now() < deadline) {
      await sleep(20);
      continue;
    }
    await stop();
    throw new Error(`${name} does not run:\n${log.trim().split("\n").slice(-15).join("\n")}`);
  }
  return { folder, stop };
}

/**
 * The guard has a session of its own, so that Ctrl-C in a terminal does not reach what it guards. Programs in Go collect
 * their garbage less often: half of the processor's time of a registry that lives for a minute would go into that.
 */
function spawnGuard(folder: string, command: readonly string[]) {
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(GUARD, [folder, ...command], {
    detached: true,
    stdio: ["pipe", log, log],
    env: { GOGC: "400", ...process.env },
  });
  closeSync(log);
  child.unref();
  return child;
}
