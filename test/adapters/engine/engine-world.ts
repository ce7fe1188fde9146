import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "@jest/globals";
import { connectEngine } from "../../../src/adapters/engine/connect-engine.ts";
import { openContextFiles } from "../../../src/adapters/files/context-files.ts";
import type { FindCredentials } from "../../../src/adapters/credentials/credentials.ts";
import type { Attention, Builder, BuildRequest } from "../../../src/ports.ts";
import { publishBaseImages } from "../../support/base-images.ts";
import { startEngine, type Engine } from "../../support/engine.ts";
import { startRegistry, type LocalRegistry } from "../../support/registry.ts";

const MINUTE = 60_000;

/** The image stores of Docker's engine. */
export const STORES = ["overlay2", "containerd"] as const;

/** An engine, a registry that it can pull `busybox:1.36` from, and the builder under test. */
export interface EngineWorld {
  readonly engine: Engine;
  readonly registry: LocalRegistry;
  readonly builder: Builder;
  stop(): Promise<void>;
}

/** Nobody is logged in anywhere. */
export const anonymous: FindCredentials = () => Promise.resolve(undefined);

/** A world that is there while the tests of a `describe` are run. */
export function engineWorldForTests(
  store: (typeof STORES)[number],
  environment: Readonly<Record<string, string>> = {},
): EngineWorld {
  const world = {} as EngineWorld;
  beforeAll(async () => Object.assign(world, await startEngineWorld(store, environment)), MINUTE);
  afterAll(() => world.stop(), MINUTE);
  return world;
}

async function startEngineWorld(
  store: (typeof STORES)[number],
  environment: Readonly<Record<string, string>>,
): Promise<EngineWorld> {
  const registry = await startRegistry();
  await publishBaseImages(registry);
  const engine = await startEngine({ store, mirror: registry.url });
  const builder = await connectEngine({ ...environment, DOCKER_HOST: engine.host }, anonymous);
  const stop = async () => {
    await engine.stop();
    await registry.stop();
  };
  return { engine, registry, builder, stop };
}

/** A file's text, or where a link points to, or `null` for an empty directory. */
export type Files = Readonly<
  Record<string, string | null | { readonly to: string } | { readonly program: string }>
>;

/** A build of a Dockerfile on `files`, which are written to a folder of their own and removed afterwards. */
export async function withContext(
  files: Files,
  work: (folder: string) => Promise<void>,
  options: { readonly modified?: Date; readonly mode?: number } = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "context-"));
  try {
    for (const [path, file] of Object.entries(files)) await writeOne(join(folder, path), file, options);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A filter that leaves all that there is. */
export const EVERYTHING = {
  keeps: () => true,
  enters: () => true,
  keepsAllBelow: () => true,
  namesIn: () => "any" as const,
};

/** What the builder is asked for, everything in `folder` as context. */
export async function requestOf(
  folder: string,
  dockerfile: string,
  rest: Partial<BuildRequest> & Pick<BuildRequest, "names">,
): Promise<BuildRequest> {
  return {
    image: "sample",
    contextDirectory: folder,
    contextEntries: await openContextFiles(folder).list(".", EVERYTHING),
    dockerfile: Buffer.from(dockerfile),
    args: {},
    platforms: ["linux/amd64"],
    repository: "sample",
    push: true,
    labels: {},
    network: "none",
    reproducible: false,
    noCache: false,
    pull: false,
    ...rest,
  };
}

/** Listens to a build and keeps what it heard. */
export function listen(signal: AbortSignal = new AbortController().signal) {
  const lines: string[] = [];
  const steps: string[] = [];
  const attention: Attention = {
    signal,
    log: (line) => lines.push(line),
    step: (text) => steps.push(text),
  };
  return { attention, lines, steps };
}

/** Runs the `docker` command against an engine. */
export async function docker(engine: Engine, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: engine.host };
  const { stdout } = await promisify(execFile)("docker", args, { env });
  return stdout.trim();
}

async function writeOne(
  path: string,
  file: Files[string],
  { modified = new Date(), mode = 0o644 }: { readonly modified?: Date; readonly mode?: number },
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (file === null) {
    await mkdir(path);
    return;
  }
  if (typeof file === "object" && "to" in file) {
    await symlink(file.to, path);
    return;
  }
  await writeFile(path, typeof file === "string" ? file : file.program);
  await chmod(path, typeof file === "string" ? mode : mode | 0o111);
  await utimes(path, modified, modified);
}
