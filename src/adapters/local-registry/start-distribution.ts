import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { UserError } from "../../errors.ts";

/** Debian's name of CNCF Distribution's program. */
const PROGRAM = "docker-registry";

/** The files that a registry is started with. */
interface Files {
  /** Absolute path of its configuration, which is written. */
  readonly file: string;
  readonly settings: object;
  /** Absolute path of what it says. */
  readonly log: string;
}

/** A registry that was started, and outlives this process. */
export interface Distribution {
  readonly pid: number;
  isRunning(): boolean;
}

/** Starts CNCF Distribution. A `UserError` where it is not installed. */
export async function startDistribution(
  environment: Readonly<Record<string, string | undefined>>,
  { file, settings, log }: Files,
): Promise<Distribution> {
  await writeFile(file, JSON.stringify(settings, undefined, 2));
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
    return { pid: child.pid ?? 0, isRunning: () => child.exitCode === null && child.signalCode === null };
  } catch (error) {
    throw notInstalled(error);
  } finally {
    await output.close();
  }
}

function notInstalled(cause: unknown): UserError {
  return new UserError(`${PROGRAM}, which the local registry is, could not be run.`, {
    remedy:
      "Install it: apt-get install docker-registry. Or start one as a container, and name it: docker run --detach --publish 127.0.0.1:5000:5000 registry:2, and --registry 127.0.0.1:5000",
    cause,
  });
}
