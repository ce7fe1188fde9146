/** The local registry as a program of this machine: CNCF Distribution, as Debian and others have it. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { UserError } from "../../errors.ts";
import { canRun } from "../files/can-run.ts";
import { hostOf, IDENTITY, startAt } from "./identity.ts";
import type { Started } from "./started.ts";
import type { Environment, Kept } from "./state.ts";

/** Debian's name of CNCF Distribution's program. */
const PROGRAM = "docker-registry";

/** Whether it is installed. */
export async function hasProgram(environment: Environment): Promise<boolean> {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return (await Promise.all(folders.map((folder) => canRun(join(folder, PROGRAM))))).some(Boolean);
}

/** Starts it, with its data in the folder. A `UserError` where it is not installed. */
export async function startProgram(environment: Environment, folder: string, kept: Kept): Promise<Started> {
  const start = randomUUID();
  const file = join(folder, `start-${start}.json`);
  const log = join(folder, "log");
  await writeFile(file, JSON.stringify(settingsOf(folder, kept, start), undefined, 2));
  const child = await run(environment, file, log);
  return {
    isRunning: () => Promise.resolve(child.exitCode === null && child.signalCode === null),
    lastWords: async () => {
      const text = await readFile(log, "utf8").catch(() => "");
      return { said: text.trim().split("\n").slice(-3).join("\n"), place: `Look at ${log}` };
    },
    // Where another run was faster, it is its program that answers, and ours ends.
    settle: async (outcome) => {
      if (outcome === "ready" && (await startAt(kept)) === start)
        await writeFile(pidFileIn(folder), `${child.pid ?? 0}\n`);
      await rm(file, { force: true });
    },
  };
}

/** Tells it to end. */
export async function stopProgram(folder: string, kept: Kept): Promise<void> {
  const pid = Number(await readFile(pidFileIn(folder), "utf8").catch(() => "0"));
  if (!Number.isInteger(pid) || pid <= 0) throw notStopped(hostOf(kept));
  process.kill(pid, "SIGTERM");
}

/** That it goes on all the same. */
export function notStopped(host: string): UserError {
  return new UserError(`The local registry at ${host} does not end.`, {
    remedy: `End the program ${PROGRAM} that listens there.`,
  });
}

function pidFileIn(folder: string): string {
  return join(folder, "pid");
}

async function run(environment: Environment, file: string, log: string) {
  const output = await open(log, "w");
  try {
    // REGISTRY_… would take the place of what the configuration says.
    const kept = Object.entries(environment).filter(([name]) => !name.startsWith("REGISTRY_"));
    const child = spawn(PROGRAM, ["serve", file], {
      env: Object.fromEntries(kept),
      detached: true,
      stdio: ["ignore", output.fd, output.fd],
    });
    await once(child, "spawn");
    child.unref();
    return child;
  } catch (error) {
    await rm(file, { force: true });
    throw notInstalled(error);
  } finally {
    await output.close();
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

function notInstalled(cause: unknown): UserError {
  return new UserError(`${PROGRAM}, which the local registry is, could not be run.`, {
    remedy:
      "Install it again: apt-get install docker-registry. Or let go of what it has, to have one in a container: manage-images registry stop --delete",
    cause,
  });
}
