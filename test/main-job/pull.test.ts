import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../support/registry.ts";
import { commitAll, makeRepository, type Repository } from "../support/repository.ts";
import { runIn } from "./images.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;
const BOTH = ["linux/amd64", "linux/arm64"];

interface PullJson {
  readonly images: Readonly<Record<string, { readonly outcome: string; readonly names: readonly string[] }>>;
}

describe("manage-images pull", () => {
  const place = placeForTests("containerd");
  let repository: Repository;
  let prefix: string;
  let built: RunResult["images"];

  beforeAll(async () => {
    prefix = prefixOf(place.registry.host, "pull");
    repository = await makeRepository({
      "images.config.json": JSON.stringify({
        registry: prefix,
        images: { base: { tags: ["latest", "1.0", "{sha}"] }, child: {}, both: { platforms: BOTH } },
      }),
      "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
      "dockerfiles/child.Dockerfile": `FROM ${prefix}/base@${ZERO}\nCMD ["cat", "/base"]\n`,
      "dockerfiles/both.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
      file: "file\n",
    });
    const ran = await place.run(repository, "--image", "all", "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    built = (JSON.parse(ran.stdout) as RunResult).images;
  }, 3 * MINUTES);
  afterAll(() => repository.remove());

  function pull(engine: Pick<Engine, "host">, ...args: readonly string[]): Promise<Ran> {
    const environment = { ...place.environment, DOCKER_HOST: engine.host };
    return manageImages(repository.folder, ["pull", ...args], environment);
  }

  async function pulled(engine: Engine, ...args: readonly string[]): Promise<PullJson["images"]> {
    const ran = await pull(engine, ...args, "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    return (JSON.parse(ran.stdout) as PullJson).images;
  }

  async function onFreshEngine(
    store: "overlay2" | "containerd",
    act: (engine: Engine) => Promise<void>,
  ): Promise<void> {
    const engine = await startEngine({ store, mirror: place.registry.url });
    await act(engine).finally(() => engine.stop());
  }

  it.each(["overlay2", "containerd"] as const)(
    "gets what is pinned into an engine that has nothing, by name, and finds it there again: %s",
    (store) =>
      onFreshEngine(store, async (engine) => {
        const first = await pulled(engine);
        expect(first).toEqual({
          base: got("pulled", "base", "latest", "1.0"),
          child: got("pulled", "child", "latest"),
          both: got("pulled", "both", "latest"),
        });
        expect(await runIn({ engine }, "run", "--rm", "--network=none", `${prefix}/child`)).toBe("base");
        expect(await digestIn(engine, "base:1.0")).toBe(built["base"]?.digest);
        const again = await pulled(engine, "--concurrency", "1");
        expect(Object.values(again).map(({ outcome }) => outcome)).toEqual(["present", "present", "present"]);
      }),
    3 * MINUTES,
  );

  it(
    "gets some, says so, and those of the lockfile whatever their tags point at",
    () =>
      onFreshEngine("overlay2", async (engine) => {
        await runIn(place, "tag", `${prefix}/child:latest`, `${prefix}/base:latest`);
        await runIn(place, "push", "--quiet", `${prefix}/base:latest`);
        const ran = await pull(engine, "--image", "base");
        expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${prefix}/base:1.0`) });
        expect(ran.stderr).toMatch(/^base: pulling\nbase: pulled in /);
        expect(await digestIn(engine, "base:latest")).toBe(built["base"]?.digest);
        expect(await runIn({ engine }, "image", "ls", "--quiet", `${prefix}/child`)).toBe("");
      }),
    3 * MINUTES,
  );

  it.each(["overlay2", "containerd"] as const)(
    "gets another platform's, where there is one: %s",
    (store) =>
      onFreshEngine(store, async (engine) => {
        const none = await pull(engine, "--image", "base", "--platform", "linux/arm64");
        expect(none).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining("base is not for linux/arm64: the configuration has linux/amd64."),
        });
        await pulled(engine, "--image", "both", "--platform", "linux/arm64");
        const container = await runIn(
          { engine },
          ...["create", "--platform=linux/arm64", "--pull=never", `${prefix}/both:latest`],
        );
        expect(container).toMatch(/^[0-9a-f]{64}$/);
      }),
    3 * MINUTES,
  );

  it(
    "gets the others where one is not there",
    () =>
      onFreshEngine("overlay2", async (engine) => {
        const lockfile = (await repository.read("images.lock.json")).toString();
        const gone = lockfile.replaceAll(built["child"]?.digest ?? "", `sha256:${"d".repeat(64)}`);
        await repository.write({ "images.lock.json": gone });
        const ran = await pull(engine, "--image", "base", "--image", "child", "--format", "json");
        expect(ran.exitCode).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({
          images: { base: { outcome: "pulled" }, child: { outcome: "failed", names: [] } },
        });
        expect(ran.stderr).toMatch(/child: failed[^]*could not be pulled[^]*The registry does not have it/);
        await repository.git("checkout", "--quiet", "--", "images.lock.json");
      }),
    3 * MINUTES,
  );

  it(
    "says so where the registry lacks a platform of an image",
    async () => {
      const configuration = (await repository.read("images.config.json")).toString();
      await repository.write({
        "images.config.json": configuration.replace('"linux/arm64"]', '"linux/arm64","linux/s390x"]'),
      });
      for (const store of ["overlay2", "containerd"] as const)
        await onFreshEngine(store, async (engine) => {
          const none = await pull(engine, "--image", "both", "--platform", "linux/s390x");
          expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("could not be pulled") });
          expect(none.stderr).toContain("Name a platform that the image is for");
        });
      await repository.git("checkout", "--quiet", "--", "images.config.json");
    },
    3 * MINUTES,
  );

  it("refuses what the lockfile does not have, and says what to do", async () => {
    const configuration = (await repository.read("images.config.json")).toString();
    await repository.write({
      "images.config.json": configuration.replace('"child":{}', '"child":{},"new":{}'),
      "dockerfiles/new.Dockerfile": "FROM busybox:1.36\n",
    });
    const nowhere = { host: "unix:///nowhere/docker.sock" };
    expect(await pull(nowhere)).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/has no digest of new[^]*manage-images --image new/),
    });
    expect(await pull(nowhere, "--image", "bsae")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("did you mean base?"),
    });
    expect(await pull(nowhere, "--platform", "arm64")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--platform "arm64" is no platform'),
    });
    expect(await pull(nowhere, "--image", "base")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("No Docker engine answers at"),
    });
    await repository.git("reset", "--quiet", "--hard");
    await repository.git("clean", "--quiet", "--force");
  });

  it(
    "shows the registry the credentials of docker login, and nobody else",
    () =>
      onFreshEngine("overlay2", async (engine) => {
        const guarded = await startRegistry({ login: true, data: place.registry.data });
        const folder = await mkdtemp(join(tmpdir(), "login-"));
        try {
          const flags = ["--image", "child", "--registry", prefixOf(guarded.host, "pull")];
          await lockAt(guarded);
          const refused = await pull(engine, ...flags);
          expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("docker login") });
          const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
          await writeFile(
            join(folder, "config.json"),
            JSON.stringify({ auths: { [guarded.host]: { auth } } }),
          );
          const environment = { ...place.environment, DOCKER_HOST: engine.host, DOCKER_CONFIG: folder };
          const ran = await manageImages(repository.folder, ["pull", ...flags], environment);
          expect(ran).toMatchObject({ exitCode: 0 });
          expect(ran.stdout + ran.stderr).not.toContain(LOGIN.password);
        } finally {
          await guarded.stop();
          await rm(folder, { recursive: true });
          await repository.git("reset", "--quiet", "--hard", "HEAD~");
        }
      }),
    3 * MINUTES,
  );

  function got(outcome: string, image: string, ...tags: readonly string[]) {
    return {
      outcome,
      reference: `${prefix}/${image}@${built[image]?.digest ?? ""}`,
      names: tags.map((tag) => `${prefix}/${image}:${tag}`),
      seconds: expect.any(Number),
    };
  }

  async function digestIn(engine: Engine, name: string): Promise<string | undefined> {
    const pins = await runIn(
      { engine },
      "image",
      "inspect",
      "--format={{json .RepoDigests}}",
      `${prefix}/${name}`,
    );
    return (JSON.parse(pins) as readonly string[])[0]?.split("@")[1];
  }

  /** The lockfile as it would be if all had been pushed to another registry. */
  async function lockAt({ host }: LocalRegistry): Promise<void> {
    const lockfile = (await repository.read("images.lock.json")).toString();
    await repository.write({ "images.lock.json": lockfile.replaceAll(place.registry.host, host) });
    await commitAll(repository);
  }
});
