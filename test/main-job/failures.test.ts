import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { startRegistryProxy, type Fault } from "../support/registry-proxy.ts";
import { LOGIN, startRegistry } from "../support/registry.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { makeSample, placeForTests, sampleFiles, twoImages, ZERO } from "./sample.ts";

const MINUTE = 60_000;

describe("a run that fails leaves the working tree and the index as they were", () => {
  const place = placeForTests();
  let repository: Repository;

  afterEach(() => repository.remove());

  /** The run fails with these words, changes nothing, and succeeds once the cause is gone. */
  async function failsAndLeavesNothing(
    run: () => Promise<Ran>,
    ...words: readonly (RegExp | string)[]
  ): Promise<Ran> {
    const before = await repository.snapshot();
    const ran = await run();
    expect(ran.exitCode).toBe(1);
    for (const word of words) expect(ran.stderr + ran.stdout).toMatch(word);
    expect(ran.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(await repository.snapshot()).toBe(before);
    return ran;
  }

  async function succeeds(run: () => Promise<Ran>): Promise<void> {
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(await repository.git("grep", "-h", ZERO, "--", "dockerfiles").catch(() => "none")).toBe("none");
  }

  it(
    "when a build fails; the others are aborted or skipped, and its log's end is shown",
    async () => {
      const broken = (prefix: string) => `FROM ${prefix}/base@${ZERO}\nRUN echo about to fail && exit 7\n`;
      const sample = await makeSample(place, "broken", (prefix) => ({
        "dockerfiles/left.Dockerfile": broken(prefix),
      }));
      repository = sample.repository;
      const run = () => place.run(repository, "--image", "all", "--format", "json", "-j", "1");
      const { stdout, stderr } = await failsAndLeavesNothing(
        run,
        /left: failed/,
        /about to fail/,
        /RUN echo about/,
      );
      const { images, references } = JSON.parse(stdout) as RunResult;
      expect(references).toEqual([]);
      expect(images["left"]?.outcome).toBe("failed");
      expect(images["left"]?.error).toMatch(/exit code: 7/);
      expect(await readFile(images["left"]?.log ?? "", "utf8")).toContain("about to fail");
      expect(images["top"]?.outcome).toBe("skipped");
      expect(stderr).toContain(images["left"]?.log);
      await repository.write({
        "dockerfiles/left.Dockerfile": broken(sample.prefix).replace("exit 7", "true >/left"),
      });
      const again = await run();
      expect(again).toMatchObject({ exitCode: 0 });
      const outcomes = (JSON.parse(again.stdout) as RunResult).images;
      for (const [image, { outcome }] of Object.entries(images))
        if (outcome === "built") expect([image, outcomes[image]?.outcome]).toEqual([image, "reused"]);
      expect(outcomes).toMatchObject({ left: { outcome: "built" }, top: { outcome: "built" } });
    },
    2 * MINUTE,
  );

  it(
    "when a program runs it, which is told what a person is told, and can interrupt it",
    async () => {
      const sample = await makeSample(place, "library", (prefix) => ({
        "dockerfiles/left.Dockerfile": `FROM ${prefix}/base@${ZERO}\nRUN sleep 600\n`,
        "dockerfiles/tools.Dockerfile": "FROM busybox:1.36\nRUN exit 7\n",
      }));
      repository = sample.repository;
      const before = await repository.snapshot();
      const told = await runAsProgram(repository.folder, place.environment, [
        'const wrong = await project.plan({ images: ["bse"] }).catch((error) => error);',
        "const stop = new AbortController();",
        "const seen = new Set();",
        "const onEvent = (event) => {",
        "  if (event.kind === 'step' && event.text.includes('sleep')) seen.add('left is being built');",
        "  if (event.kind === 'finished' && event.image === 'base') seen.add('base is pushed');",
        "  if (seen.size === 2) stop.abort();",
        "};",
        'const result = await project.run({ images: ["left"], dependents: false, signal: stop.signal, onEvent });',
        'const failed = await project.run({ images: ["tools"], dependents: false, commit: false });',
        'const missing = await project.command(["digest", "left"]);',
        "const { exitCode, remedy } = wrong;",
        "const outcomesOf = ({ images }) => Object.fromEntries(Object.entries(images).map(([name, { outcome }]) => [name, outcome]));",
        "print({ wrong: [wrong instanceof UserError, exitCode, wrong.message, remedy], interrupted: outcomesOf(result),",
        "  failed: outcomesOf(failed), why: failed.images.tools.error, missing });",
      ]);
      expect(told).toMatchObject({
        wrong: [true, 2, "There is no image bse; did you mean base?", expect.stringContaining("tools, left")],
        interrupted: { left: "aborted", base: "built" },
        failed: { tools: "failed" },
        why: expect.stringContaining("exit code: 7"),
        missing: { exitCode: 1, stdout: "", stderr: expect.stringContaining("manage-images --image left") },
      });
      expect(await repository.snapshot()).toBe(before);
    },
    2 * MINUTE,
  );

  it(
    "when the push is refused",
    async () => {
      const closed = await startRegistry({ login: true });
      const folder = await mkdtemp(join(tmpdir(), "docker-config-"));
      try {
        repository = await makeRepository(sampleFiles(`${closed.host}/refused`));
        const environment = { ...place.environment, DOCKER_CONFIG: folder };
        const run = () => manageImages(repository.folder, ["--image", "all"], environment);
        await failsAndLeavesNothing(run, /401/, /docker login/);

        await logIn(folder, closed.host, "wrong-secret");
        const { stderr, stdout } = await failsAndLeavesNothing(run, /docker login/);
        expect(stderr + stdout).not.toContain("wrong-secret");

        await logIn(folder, closed.host, LOGIN.password);
        await succeeds(run);
      } finally {
        await closed.stop();
        await rm(folder, { recursive: true });
      }
    },
    2 * MINUTE,
  );

  it(
    "when there is no engine",
    async () => {
      repository = (await makeSample(place, "engine")).repository;
      const nowhere = { ...place.environment, DOCKER_HOST: "unix:///nowhere/docker.sock" };
      const run = () => manageImages(repository.folder, ["--image", "all"], nowhere);
      await failsAndLeavesNothing(run, /No Docker engine answers at .*nowhere/, /Start Docker/);
      await succeeds(() => place.run(repository, "--image", "all"));
    },
    2 * MINUTE,
  );

  const isManifest = (path: string) => path.includes("/manifests/");
  it.each<[string, Fault, RegExp]>([
    [
      "answers 500 when it is asked for the digest",
      ({ method, path }) =>
        method === "HEAD" && path.includes("manifests/sha256") ? { status: 500 } : undefined,
      /500/,
    ],
    [
      "answers 500 to the push",
      ({ method, path }) => (method === "PUT" && isManifest(path) ? { status: 500 } : undefined),
      /500/,
    ],
    [
      "answers another digest than the one that was pushed",
      ({ method, path }) =>
        method === "HEAD" && path.includes("manifests/sha256")
          ? { headers: { "docker-content-digest": `sha256:${"f".repeat(64)}` } }
          : undefined,
      /answers sha256:ffff/,
    ],
    [
      "never has what was pushed",
      ({ method, path }) =>
        method === "HEAD" && path.includes("manifests/sha256") ? { status: 404 } : undefined,
      /does not have it/,
    ],
  ])(
    "when the registry %s",
    async (_, fault, message) => {
      let isWell = false;
      const proxy = await startRegistryProxy(place.registry.host, (asked) =>
        isWell ? undefined : fault(asked),
      );
      try {
        const prefix = `${proxy.host}/proxied`;
        repository = await makeRepository(twoImages(prefix));
        const run = () => place.run(repository, "--image", "all");
        await failsAndLeavesNothing(run, message);
        isWell = true;
        await succeeds(run);
      } finally {
        await proxy.stop();
      }
    },
    2 * MINUTE,
  );

  it(
    "but with --keep-going what succeeded is pinned and committed, and dependents of what failed are skipped",
    async () => {
      const sample = await makeSample(place, "keep-going", (prefix) => ({
        "dockerfiles/left.Dockerfile": `FROM ${prefix}/base@${ZERO}\nRUN exit 7\n`,
      }));
      repository = sample.repository;
      const ran = await place.run(repository, "--image", "all", "--keep-going", "--format", "json");
      expect(ran.exitCode).toBe(1);
      const { images, commit } = JSON.parse(ran.stdout) as RunResult;
      const outcomes = Object.entries(images).map(([name, { outcome }]) => [name, outcome]);
      expect(Object.fromEntries(outcomes)).toEqual({
        base: "built",
        right: "built",
        tools: "built",
        left: "failed",
        top: "skipped",
      });
      expect(await repository.git("rev-parse", "HEAD")).toBe(commit);
      const base = `${sample.prefix}/base@${images["base"]?.digest ?? ""}`;
      expect(await repository.git("show", "HEAD:dockerfiles/left.Dockerfile")).toContain(base);
      expect(await repository.git("show", "HEAD:docs/images.md")).toContain(`${sample.prefix}/left@${ZERO}`);
    },
    2 * MINUTE,
  );
});

async function logIn(folder: string, registry: string, password: string): Promise<void> {
  const auth = Buffer.from(`${LOGIN.user}:${password}`).toString("base64");
  await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [registry]: { auth } } }));
}

/** What a program in a folder prints that has a `project` of the library. */
async function runAsProgram(
  folder: string,
  environment: Readonly<Record<string, string>>,
  lines: readonly string[],
): Promise<unknown> {
  const library = new URL("../../dist/index.js", import.meta.url).href;
  const program = [
    `import { openProject, UserError } from ${JSON.stringify(library)};`,
    "const project = openProject();",
    "const print = (value) => console.log(JSON.stringify(value));",
    ...lines,
  ].join("\n");
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout);
}
