import { stat } from "node:fs/promises";
import { get } from "node:http";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startGuarded } from "./guarded.ts";

const PRIVATE_ENGINE = fileURLToPath(new URL("private-engine", import.meta.url));
const DEFAULT_SOCKET = "/var/run/docker.sock";

/** A Docker Engine that answers. */
export interface Engine {
  /** Path of its socket. */
  readonly socket: string;
  /** Its socket as `DOCKER_HOST` has it: `unix://…`. */
  readonly host: string;
  /** Ends a private engine and removes all it had; leaves an engine of the machine's as it is. */
  readonly stop: () => Promise<void>;
}

/** How a private engine is set up. */
export interface EngineOptions {
  /** Where it keeps images: `overlay2` (a graph driver, the default) or containerd's image store. */
  readonly store?: "overlay2" | "containerd";
  /** A registry, as URL, that answers in Docker Hub's place. */
  readonly mirror?: string;
  /** Ports of containers can be published. */
  readonly publishes?: boolean;
}

/**
 * Starts a private engine where this process may (root, with `dockerd` and `containerd` installed), else takes the one
 * that `DOCKER_HOST` names or that answers on the default socket. Private engines get along with each other and with
 * the machine's. Rejects if there is neither.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  if (await canStartEngines()) return startPrivateEngine(options);
  const socket = (process.env["DOCKER_HOST"] ?? DEFAULT_SOCKET).replace(/^unix:\/\//, "");
  if (options.store !== "containerd" && (await answers(socket)))
    return engineAt(socket, () => Promise.resolve());
  throw new Error("Needed: root with dockerd and containerd installed, or a Docker Engine that is running.");
}

/** Whether `startEngine` starts engines of its own. */
export async function canStartEngines(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const found = await Promise.all(["dockerd", "containerd", "busybox"].map(isInstalled));
  return found.every(Boolean);
}

/** Whether a program is in one of the directories of `PATH`, or of root's. */
export async function isInstalled(program: string): Promise<boolean> {
  const directories = `${process.env["PATH"] ?? ""}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  const checks = directories.map((directory) => stat(join(directory, program)).catch(() => undefined));
  return (await Promise.all(checks)).some((entry) => entry?.isFile());
}

async function startPrivateEngine(options: EngineOptions): Promise<Engine> {
  const configuration = JSON.stringify({
    // Without packet filter rules a program of the engine's does it.
    "userland-proxy": options.publishes === true,
    features: { "containerd-snapshotter": options.store === "containerd" },
    ...(options.mirror === undefined ? {} : { "registry-mirrors": [options.mirror] }),
  });
  const command = (folder: string) => Promise.resolve([PRIVATE_ENGINE, folder, configuration]);
  const { folder, stop } = await startGuarded("engine", command, (its) => answers(socketIn(its)));
  return engineAt(socketIn(folder), stop);
}

function socketIn(folder: string): string {
  return join(folder, "docker.sock");
}

function engineAt(socket: string, stop: () => Promise<void>): Engine {
  return { socket, host: `unix://${socket}`, stop };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: "/_ping", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => {
      resolve(false);
    });
  });
}
