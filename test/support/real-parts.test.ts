import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { publishBaseImages } from "./base-images.ts";
import { startEngine, type Engine } from "./engine.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "./registry.ts";

const STORES = ["overlay2", "containerd"] as const;

describe("the private engines", () => {
  let registry: LocalRegistry;
  let engines: readonly { readonly store: string; readonly engine: Engine }[];

  beforeAll(async () => {
    registry = await startRegistry();
    await publishBaseImages(registry);
    const mirror = registry.url;
    engines = await Promise.all(
      STORES.map(async (store) => ({ store, engine: await startEngine({ store, mirror }) })),
    );
  }, 60_000);

  afterAll(async () => {
    await Promise.all(engines.map(({ engine }) => engine.stop()));
    await registry.stop();
  });

  it.each(STORES)(
    "build on busybox, run and push, side by side (%s)",
    async (store) => {
      const engine = engines.find((each) => each.store === store)?.engine;
      const name = `${registry.host}/sample/${store}:latest`;
      await inFolder(
        { Dockerfile: "FROM busybox:1.36\nRUN echo hello | tee /tmp/greeting\n" },
        async (folder) => {
          await docker(engine, "buildx", "build", "--tag", name, "--load", folder);
        },
      );
      await docker(engine, "push", name);
      await docker(engine, "image", "rm", name);
      const output = await docker(engine, "run", "--rm", "--network", "none", name, "cat", "/tmp/greeting");
      expect(output).toBe("hello\n");
    },
    60_000,
  );
});

it("an engine that is stopped leaves no folder", async () => {
  const engine = await startEngine();
  const folder = engine.socket.replace(/docker\.sock$/, "");
  await docker(engine, "version");
  await engine.stop();
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
}, 60_000);

it("a registry with a login answers only to who has it", async () => {
  const registry = await startRegistry({ login: true });
  const credentials = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  const [stranger, known] = await Promise.all([
    fetch(`${registry.url}/v2/`),
    fetch(`${registry.url}/v2/`, { headers: { authorization: `Basic ${credentials}` } }),
  ]);
  await registry.stop();
  expect([stranger.status, known.status]).toEqual([401, 200]);
});

async function docker(engine: Engine | undefined, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", ["--host", engine?.host ?? "", ...args]);
  return stdout;
}

async function inFolder(files: Readonly<Record<string, string>>, work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "context-"));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  await work(folder);
  await rm(folder, { recursive: true });
}
