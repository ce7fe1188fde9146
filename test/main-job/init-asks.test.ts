import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const BIN = fileURLToPath(new URL("../../dist/cli/bin.cjs", import.meta.url));
const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const MINUTE = 60_000;
const FILES = {
  "base.Dockerfile": "FROM busybox\n",
  "child.Dockerfile": "FROM base\n",
  "tests/slow/Dockerfile": "FROM busybox\n",
};

let registry: LocalRegistry;
let repository: Repository;

beforeAll(async () => {
  registry = await startRegistry();
}, MINUTE);

afterAll(() => registry.stop());
afterEach(() => repository.remove());

async function init(...flags: readonly string[]) {
  return manageImages(repository.folder, ["init", ...flags], ENVIRONMENT);
}

async function read(path: string): Promise<string> {
  return (await repository.read(path)).toString();
}

/** Runs init on a terminal and types an answer as soon as its question is there. What was seen, and the exit code. */
async function onTerminal(answers: readonly (readonly [question: string, answer: string])[]) {
  const command = `exec '${process.execPath}' '${BIN}' init`;
  const env = { ...process.env, ...ENVIRONMENT, CI: "", TERM: "xterm" };
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd: repository.folder,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...answers];
  let seen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
    const [next] = left;
    if (next === undefined || !seen.includes(next[0])) return;
    left.shift();
    child.stdin.write(next[1]);
  });
  await once(child, "close");
  return { seen, exitCode: child.exitCode };
}

describe("init", () => {
  it(
    "prints what it would write, and writes nothing, with --dry-run",
    async () => {
      repository = await makeRepository(FILES);
      const before = await repository.snapshot();
      const dry = await init("--dry-run", "--registry", registry.host);
      expect(dry).toMatchObject({ exitCode: 0 });
      expect(dry.stderr).toContain("tests/slow/Dockerfile was left out");
      expect(await repository.snapshot()).toBe(before);

      expect(await init("--yes", "--registry", registry.host)).toMatchObject({ exitCode: 0 });
      expect(await read("images.config.ts")).toBe(dry.stdout);
    },
    MINUTE,
  );

  it(
    "asks on a terminal what it cannot tell",
    async () => {
      repository = await makeRepository(FILES);
      const { seen, exitCode } = await onTerminal([
        ["Are they images, too? [y/N]", "y\r"],
        ["Where are images pushed to?", `${registry.host}/asked\r`],
      ]);
      expect([exitCode, seen]).toEqual([0, expect.stringContaining("written: images.config.ts")]);
      const configuration = await read("images.config.ts");
      expect(configuration).toContain(`registry: "${registry.host}/asked"`);
      expect(configuration).toContain('slow: { dockerfile: "tests/slow/Dockerfile"');
      expect(configuration).not.toContain("guess");
    },
    MINUTE,
  );

  it(
    "writes nothing when the question is interrupted",
    async () => {
      repository = await makeRepository(FILES);
      const before = await repository.snapshot();
      const { exitCode } = await onTerminal([["[y/N]", "\u0003"]]);
      expect(exitCode).toBe(130);
      expect(await repository.snapshot()).toBe(before);
    },
    MINUTE,
  );

  it(
    "puts digests into the lockfile that all pins agree on and that the registry has, and tells of the others",
    async () => {
      const digest = await pushImage(registry, "own/base", { platform: "linux/amd64", mark: "base" });
      const pin = (name: string, hex: string) => `${registry.host}/own/${name}@${hex}`;
      const other = (letter: string) => `sha256:${letter.repeat(64)}`;
      repository = await makeRepository({
        "base.Dockerfile": "FROM busybox\n",
        "left.Dockerfile": `FROM ${pin("base", digest)}\n`,
        "right.Dockerfile": `FROM ${pin("base", digest)}\n`,
        "top.Dockerfile": `FROM ${pin("left", other("a"))}\nCOPY --from=${pin("right", other("b"))} / /\n`,
        "README.md": `${pin("left", other("c"))} ${pin("top", other("0"))}\n`,
      });
      const ran = await init("--yes");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(await read("images.lock.json"))).toEqual({
        version: 1,
        images: { base: { repository: `${registry.host}/own/base`, digest } },
      });
      expect(ran.stdout).toContain("left is pinned by 2 different digests");
      expect(ran.stdout).toContain("right is pinned by sha256:bbbbbbbbbbbb, which is not in the lockfile");
      expect(ran.stdout).not.toContain("top is pinned");
    },
    MINUTE,
  );

  it(
    "writes where --config says, with paths from there",
    async () => {
      repository = await makeRepository({ "app/Dockerfile": "FROM busybox\nCOPY x /\n", "app/x": "" });
      expect(await init("--yes", "--config", "ops/images.config.ts")).toMatchObject({ exitCode: 0 });
      expect(await read("ops/images.config.ts")).toContain(
        'app: { dockerfile: "../app/Dockerfile", context: "../app" }',
      );
      const shown = await manageImages(`${repository.folder}/ops`, ["graph"], ENVIRONMENT);
      expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^app \*\n\n/) });
    },
    MINUTE,
  );

  it(
    "says which password the remote has to nobody",
    async () => {
      repository = await makeRepository({ Dockerfile: "FROM busybox\n" });
      await repository.git("remote", "add", "origin", "https://me:hunter2@github.com/Acme/App.git");
      const ran = await init("--yes");
      expect(await read("images.config.ts")).toContain('registry: "ghcr.io/acme/app"');
      expect(ran.stdout + ran.stderr + (await read("images.config.ts"))).not.toContain("hunter2");
    },
    MINUTE,
  );
});

describe("init refuses", () => {
  it.each([
    [
      "a repository that has a configuration",
      { Dockerfile: "FROM busybox\n", "images.config.json": '{"images":{}}' },
      [],
      "There is a configuration already: images.config.json",
    ],
    ["a repository without Dockerfiles", { "a.txt": "" }, [], "There is no Dockerfile here"],
    [
      "a repository of nothing but a template",
      { "Dockerfile.j2": "FROM {{ base }}\n" },
      [],
      "Dockerfile.j2 is a template",
    ],
    [
      "a registry that is none",
      { Dockerfile: "FROM busybox\n" },
      ["--registry", "https://x.example/y"],
      "Leave out https://",
    ],
    [
      "a place outside of the checkout",
      { Dockerfile: "FROM busybox\n" },
      ["--config", "../images.config.ts"],
      "cannot be written",
    ],
    [
      "a configuration in JSON",
      { Dockerfile: "FROM busybox\n" },
      ["--config", "x.json"],
      "cannot be written",
    ],
    [
      "a link in the configuration's place",
      { Dockerfile: "FROM busybox\n", "ops.config.ts": { linkTo: "../elsewhere.ts" } },
      ["--config", "ops.config.ts"],
      "ops.config.ts",
    ],
    [
      "a file in the configuration's place",
      { Dockerfile: "FROM busybox\n", "other.ts": "export const x = 1;\n" },
      ["--config", "other.ts"],
      "other.ts is there already",
    ],
  ])(
    "%s",
    async (_, files, flags, message) => {
      repository = await makeRepository(files);
      const before = await repository.snapshot();
      const ran = await init("--yes", ...flags);
      expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ran.stderr).toContain(message);
      expect(await repository.snapshot()).toBe(before);
    },
    MINUTE,
  );
});
