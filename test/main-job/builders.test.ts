import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { makeBuilders, type Builders } from "../support/builders.ts";
import { startEngine, type Engine } from "../support/engine.ts";
import { startGitServer, type GitServer } from "../support/git-server.ts";
import { manageImages, startManageImages } from "../support/manage-images.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { manifestOf, runIn } from "./images.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTES = 60_000;
const BOTH = ["linux/amd64", "linux/arm64"];

describe("builders", () => {
  const place = placeForTests("overlay2");
  let other: Engine;
  let builders: Builders;
  let repository: Repository;

  beforeAll(async () => {
    other = await startEngine({ store: "containerd", mirror: place.registry.url });
    builders = await makeBuilders();
    await builders.addEngine("other", other);
    await builders.addRemote("fleet", other);
  }, 2 * MINUTES);

  afterEach(() => repository.remove());

  afterAll(async () => {
    await builders.remove();
    await other.stop();
  }, MINUTES);

  async function make(test: string, images: object, files: (prefix: string) => Record<string, Content>) {
    const prefix = prefixOf(place.registry.host, test);
    repository = await makeRepository({
      "images.config.json": JSON.stringify({ registry: prefix, images }),
      ...files(prefix),
    });
    return prefix;
  }

  async function build(...args: readonly string[]): Promise<RunResult> {
    const environment = { ...place.environment, ...builders.environment };
    const ran = await manageImages(repository.folder, [...args, "--format", "json"], environment);
    expect(ran).toMatchObject({ exitCode: 0 });
    return JSON.parse(ran.stdout) as RunResult;
  }

  it("that are not there are named by the plan", async () => {
    await make("nowhere", { app: { builder: "nowhere" } }, () => ({
      "dockerfiles/app.Dockerfile": "FROM busybox:1.36\n",
    }));
    const environment = { ...place.environment, ...builders.environment };
    for (const args of [
      ["plan", "--image", "app"],
      ["--image", "app", "--dry-run"],
    ]) {
      const ran = await manageImages(repository.folder, args, environment);
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toContain("with buildx (nowhere)");
      expect(ran.stderr).toMatch(/^note: buildx has no builder nowhere: .*docker buildx create --name NAME/);
    }
  });

  it.each(["other", "fleet"])(
    "children are built by others than their parents: the engine and %s",
    async (builder) => {
      const prefix = await make(
        `two-${builder}`,
        { base: {}, middle: { builder }, top: {}, again: { builder, args: { TOP: "image:top" } } },
        (at) => ({
          "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
          "dockerfiles/middle.Dockerfile": `FROM ${at}/base@${ZERO}\nRUN cat /base && echo middle >/middle\n`,
          "dockerfiles/top.Dockerfile": `FROM ${at}/middle@${ZERO}\nRUN cat /base /middle >/top\n`,
          "dockerfiles/again.Dockerfile": "ARG TOP\nFROM $TOP\nRUN cat /top\n",
        }),
      );
      const { images } = await build("--image", "all");
      for (const name of ["base", "middle", "top", "again"]) {
        const { digest } = await manifestOf(place, `${prefix}/${name}`, "latest");
        expect([name, images[name]?.digest]).toEqual([name, digest]);
      }
      const top = (await repository.read("dockerfiles/top.Dockerfile")).toString();
      expect(top).toContain(`${prefix}/middle@${images["middle"]?.digest ?? ""}`);
      const pin = `${prefix}/top@${images["top"]?.digest ?? ""}`;
      expect(await runIn(place, "run", "--rm", "--network=none", pin, "cat", "/top")).toBe("base\nmiddle");
      const names = await runIn({ engine: other }, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}");
      expect(names).not.toContain("manage-images-");

      expect((await build("--image", "all")).images).toEqual({});
      const { images: forced } = await build("--image", "middle", "--force", "--no-cache");
      expect(forced).toMatchObject({ middle: { outcome: "built" } });
    },
    4 * MINUTES,
  );

  it(
    "a child in the same engine does not wait for the digest that its label says",
    async () => {
      const prefix = await make(
        "same",
        { base: { builder: "other" }, child: { builder: "other" } },
        (at) => ({
          "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN echo base >/base\n",
          "dockerfiles/child.Dockerfile": `FROM ${at}/base@${ZERO}\nRUN cat /base\n`,
        }),
      );
      const { images } = await build("--image", "all");
      const pin = `${prefix}/child@${images["child"]?.digest ?? ""}`;
      await runIn(place, "pull", "--quiet", pin);
      const labels = await runIn(place, "inspect", pin, "--format", "{{json .Config.Labels}}");
      expect(JSON.parse(labels)).toMatchObject({
        "org.opencontainers.image.base.digest": images["base"]?.digest,
      });
      expect(await readFile(images["child"]?.log ?? "", "utf8")).toContain(
        `FROM ${prefix}/base:manage-images-`,
      );
    },
    4 * MINUTES,
  );

  it(
    "one that keeps nothing pushes an index, by the digest that is pinned, with all tags",
    async () => {
      const images = { app: { platforms: BOTH, tags: ["v1", "latest"], provenance: "max" } };
      const prefix = await make("remote", images, () => ({
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
        file: "1",
      }));
      const { images: built } = await build("--image", "app", "--builder", "fleet");
      const digest = built["app"]?.digest ?? "";
      const found = await manifestOf(place, `${prefix}/app`, digest);
      expect(found.platforms).toEqual([...BOTH, "unknown/unknown", "unknown/unknown"]);
      for (const tag of images.app.tags) {
        expect((await manifestOf(place, `${prefix}/app`, tag)).digest).toBe(digest);
      }
      expect((await build("--image", "app", "--builder", "fleet")).images).toEqual({});
      expect((await build("--image", "app")).images).toEqual({});

      // What is said about it is of another moment each time.
      const { images: again, commit } = await build("--image", "app", "--builder", "fleet", "--force");
      expect(again).toMatchObject({ app: { outcome: "built", digest } });
      expect(commit).toBeUndefined();
      const silent = { registry: prefix, images: { app: { ...images.app, provenance: false } } };
      await repository.write({ "images.config.json": JSON.stringify(silent) });
      const { images: less } = await build("--image", "app", "--builder", "fleet");
      const { platforms } = await manifestOf(place, `${prefix}/app`, less["app"]?.digest ?? "");
      expect(platforms).toEqual(BOTH);
    },
    4 * MINUTES,
  );

  it(
    "an engine that cannot do it says what to do; so does a builder that there is not",
    async () => {
      await make("cannot", { app: { platforms: BOTH } }, () => ({
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\n",
      }));
      const ran = await place.run(repository, "--image", "app");
      expect(ran.exitCode).toBe(1);
      expect(ran.stdout).toContain("Multi-platform build is not supported for the docker driver.");
      expect(ran.stderr).toContain("Switch the engine to its containerd image store");
      const none = await place.run(repository, "--image", "app", "--builder", "nowhere");
      expect(none).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("buildx has no builder nowhere"),
      });
    },
    4 * MINUTES,
  );

  it(
    "a second engine that is empty uses the cache of the first",
    async () => {
      const cache = `type=registry,ref=${place.registry.host}/caches/app`;
      const images = { app: { builder: "other", cacheFrom: [cache], cacheTo: [`${cache},mode=max`] } };
      const prefix = await make("cache", images, () => ({
        "dockerfiles/app.Dockerfile":
          "FROM busybox:1.36 AS id\nRUN cat /proc/sys/kernel/random/uuid >/id\nFROM busybox:1.36\nCOPY --from=id /id /\n",
      }));
      const { images: first } = await build("--image", "app");
      const empty = await startEngine({ store: "containerd", mirror: place.registry.url });
      try {
        await builders.addEngine("empty", empty);
        const { images: second } = await build("--image", "app", "--force", "--builder", "empty");
        expect(second["app"]?.outcome).toBe("built");
        const id = (engine: Engine) =>
          runIn({ engine }, "run", "--rm", "--network=none", `${prefix}/app:latest`, "cat", "/id");
        expect(await id(empty)).toBe(await id(other));
        expect(second["app"]?.digest).toBe(first["app"]?.digest);
      } finally {
        await empty.stop();
      }
    },
    4 * MINUTES,
  );

  it.each(["other", "fleet"])(
    "an interrupted run leaves no build running: %s",
    async (builder) => {
      const seconds = builder === "other" ? "86397" : "86398";
      await make(`cancel-${builder}`, { app: { builder } }, () => ({
        "dockerfiles/app.Dockerfile": `FROM busybox:1.36\nRUN sleep ${seconds}\n`,
      }));
      const environment = { ...place.environment, ...builders.environment };
      const { child, ended } = startManageImages(repository.folder, ["--image", "app"], environment);
      while (child.exitCode === null && !(await isRunning(`sleep ${seconds}`))) await sleep(50);
      child.kill("SIGINT");
      expect(await ended).toMatchObject({ exitCode: 130 });
      while (await isRunning(`sleep ${seconds}`)) await sleep(50);
      expect(await repository.git("status", "--porcelain")).toBe("");
      const scratch = join(repository.folder, ".git/manage-images/buildx");
      expect(existsSync(scratch) ? await readdir(scratch) : []).toEqual([]);
    },
    2 * MINUTES,
  );
});

describe("a context in a git repository", () => {
  const place = placeForTests("containerd");
  let server: GitServer;
  let repository: Repository;
  let source: Repository;

  beforeAll(async () => {
    server = await startGitServer();
  });

  afterEach(async () => {
    await repository.remove();
    await source.remove();
  });

  afterAll(() => server.stop());

  it(
    "is built at the commit that its branch has, and anew when that has moved",
    async () => {
      source = await makeRepository({ "lib/file": "one\n", "other/file": "-\n" });
      const url = await server.publish(source, "source");
      const prefix = prefixOf(place.registry.host, "git");
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          registry: prefix,
          images: {
            whole: { context: `${url}#main:lib` },
            named: { contexts: { source: `${url}#main:lib` } },
          },
        }),
        "dockerfiles/whole.Dockerfile": "FROM busybox:1.36\nCOPY file /\n",
        "dockerfiles/named.Dockerfile": "FROM busybox:1.36\nCOPY --from=source file /\n",
      });
      const build = async () => {
        const ran = await place.run(repository, "--image", "all", "--format", "json");
        expect(ran).toMatchObject({ exitCode: 0 });
        return Object.keys((JSON.parse(ran.stdout) as RunResult).images);
      };
      const file = (image: string) =>
        runIn(place, "run", "--rm", "--network=none", `${prefix}/${image}:latest`, "cat", "/file");

      expect(await build()).toEqual(["named", "whole"]);
      expect([await file("named"), await file("whole")]).toEqual(["one", "one"]);
      expect(await build()).toEqual([]);

      await source.write({ "lib/file": "two\n" });
      await commitAll(source);
      await server.publish(source, "source");
      const plan = await place.run(repository, "plan", "--image", "all");
      expect(plan.stdout).toContain(await source.git("rev-parse", "HEAD"));
      expect(await build()).toEqual(["named", "whole"]);
      expect([await file("named"), await file("whole")]).toEqual(["two", "two"]);
    },
    4 * MINUTES,
  );

  it(
    "that has no such branch is a mistake that is said before anything is built",
    async () => {
      source = await makeRepository({ file: "one\n" });
      const url = await server.publish(source, "lacking");
      repository = await makeRepository({
        "images.config.json": JSON.stringify({
          registry: prefixOf(place.registry.host, "lacking"),
          images: { app: { context: `${url}#mian` } },
        }),
        "dockerfiles/app.Dockerfile": "FROM busybox:1.36\n",
      });
      const ran = await place.run(repository, "plan", "--image", "app");
      expect(ran).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`app is built from ${url}, which has no branch or tag mian.`),
      });
    },
    MINUTES,
  );
});

async function isRunning(command: string): Promise<boolean> {
  return promisify(execFile)("pgrep", ["-f", `^${command}$|^/bin/sh -c ${command}$`]).then(
    () => true,
    () => false,
  );
}
