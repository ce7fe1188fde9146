import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Engine } from "./engine.ts";

const run = promisify(execFile);

/** A configuration of Docker's of its own, in which builders are known by name. */
export interface Builders {
  /** What `docker` is to be run with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes an engine a builder of the driver `docker`, as a Docker context. */
  readonly addEngine: (name: string, engine: Engine) => Promise<void>;
  /** Makes an engine's BuildKit a builder that is somewhere else: of the driver `remote`, which keeps no images. */
  readonly addRemote: (name: string, engine: Engine) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Starts without builders. */
export async function makeBuilders(): Promise<Builders> {
  const folder = await mkdtemp(join(tmpdir(), "builders-"));
  const environment = { DOCKER_CONFIG: folder };
  const docker = (...args: readonly string[]) =>
    run("docker", args, { env: { ...process.env, ...environment } });
  const servers: (() => void)[] = [];
  return {
    environment,
    addEngine: async (name, { host }) => {
      await docker("context", "create", name, "--docker", `host=${host}`);
    },
    addRemote: async (name, engine) => {
      const socket = join(folder, `${name}.sock`);
      servers.push(await forward(socket, engine));
      await docker("buildx", "create", "--name", name, "--driver", "remote", `unix://${socket}`);
    },
    remove: async () => {
      for (const stop of servers) stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gives an engine's BuildKit a socket of its own: each connection is one of `docker buildx dial-stdio`. */
async function forward(socket: string, { host }: Engine): Promise<() => void> {
  const children = new Set<ChildProcess>();
  const server = createServer((connection) => {
    const child = spawn("docker", ["buildx", "--builder", "default", "dial-stdio"], {
      env: { ...process.env, DOCKER_HOST: host },
      stdio: ["pipe", "pipe", "ignore"],
      // `docker` has its plugin do it, which outlives it.
      detached: true,
    });
    children.add(child);
    connection.pipe(child.stdin);
    child.stdout.pipe(connection);
    for (const stream of [connection, child.stdin]) stream.on("error", () => undefined);
    connection.on("close", () => {
      end(child);
    });
    child.on("exit", () => {
      connection.destroy();
      children.delete(child);
    });
  }).listen(socket);
  await once(server, "listening");
  return () => {
    server.close();
    for (const child of children) end(child);
  };
}

/** With all that it has started; asked to end, it would wait for the end of its input. */
function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
