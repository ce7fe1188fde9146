import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { publishBaseImages } from "../support/base-images.ts";
import { startEngine } from "../support/engine.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { commitAll, GIT_ENVIRONMENT, makeRepository, type Content } from "../support/repository.ts";
import { ZERO } from "./sample.ts";

const MINUTE = 60_000;

/** `base` makes, changes and removes files; `child` is on it; `plain` is as `base`, but for `reproducible`. */
function images(prefix: string): Record<string, Content> {
  const reproducible = { reproducible: true };
  const base = [
    "FROM busybox:1.36",
    "RUN mkdir /made && echo made >/made/file && rm /bin/yes && touch /etc/passwd && ln -s file /made/link",
    "WORKDIR /some/where",
    "COPY file directory/",
    "",
  ].join("\n");
  return {
    "images.config.json": JSON.stringify({
      registry: prefix,
      images: {
        base: reproducible,
        child: { ...reproducible, args: { PARENT: "image:base" }, test: [["cat", "/made/file"]] },
        plain: { dockerfile: "dockerfiles/base.Dockerfile" },
      },
    }),
    "dockerfiles/base.Dockerfile": base,
    "dockerfiles/child.Dockerfile": `ARG PARENT\nFROM ${prefix}/base@${ZERO}\nRUN echo child >>/made/file\n`,
    ".dockerignore": "*\n!file\n",
    file: "1\n",
  };
}

describe("reproducible images", () => {
  let registry: LocalRegistry;

  beforeAll(async () => {
    registry = await startRegistry();
    await publishBaseImages(registry);
  }, MINUTE);
  afterAll(() => registry.stop());

  /** What a new engine makes of a new clone. */
  async function buildAnew(
    store: "overlay2" | "containerd",
    prepare: (repository: Awaited<ReturnType<typeof makeRepository>>) => Promise<void>,
  ): Promise<Ran & { readonly result: RunResult; readonly rebuilt: RunResult | undefined }> {
    await registry.forget("reproducible");
    const engine = await startEngine({ store, mirror: registry.url });
    const repository = await makeRepository(images(`${registry.host}/reproducible`));
    try {
      await prepare(repository);
      const environment = { ...GIT_ENVIRONMENT, DOCKER_HOST: engine.host, CI: "true", NO_COLOR: "1" };
      const run = (...args: readonly string[]) =>
        manageImages(repository.folder, ["--image", "all", "--format", "json", ...args], environment);
      const ran = await run("--keep-going");
      const again = ran.exitCode === 0 ? await run("--force", "--no-cache") : undefined;
      return {
        ...ran,
        result: JSON.parse(ran.stdout) as RunResult,
        rebuilt: again === undefined ? undefined : (JSON.parse(again.stdout) as RunResult),
      };
    } finally {
      await repository.remove();
      await engine.stop();
    }
  }

  it(
    "have the same digest on another engine, from another clone, at another commit, and without a cache",
    async () => {
      const first = await buildAnew("containerd", () => Promise.resolve());
      expect(first).toMatchObject({ exitCode: 0 });
      const second = await buildAnew("containerd", async (repository) => {
        await repository.git("remote", "add", "origin", "https://git.example/another");
        await repository.write({ README: "another\n" });
        await commitAll(repository, "Another commit");
      });
      expect(second).toMatchObject({ exitCode: 0 });
      const [one, two] = [first.result.images, second.result.images];
      for (const image of ["base", "child"]) {
        expect(one[image]).toMatchObject({ outcome: "built", pushed: true });
        expect([image, two[image]?.digest]).toEqual([image, one[image]?.digest]);
        expect([image, second.rebuilt?.images[image]?.digest]).toEqual([image, one[image]?.digest]);
      }
      expect(two["plain"]?.digest).not.toBe(one["plain"]?.digest);
    },
    4 * MINUTE,
  );

  it(
    "fail on an engine that cannot rewrite times, and say what to do",
    async () => {
      const { exitCode, result } = await buildAnew("overlay2", () => Promise.resolve());
      expect(exitCode).toBe(1);
      expect(result.images["base"]?.outcome).toBe("failed");
      expect(result.images["base"]?.error).toMatch(/cannot rewrite the times.*\n.*containerd-snapshotter/);
      expect(result.images["child"]?.outcome).toBe("skipped");
      expect(result.images["plain"]?.outcome).toBe("built");
    },
    2 * MINUTE,
  );
});
