import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { docker } from "../adapters/engine/engine-world.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const OCI = "org.opencontainers.image";

/** `child` on `base`, which is on a pinned busybox; `grown` on `child`; `own` says itself where it comes from. */
function images(prefix: string, busybox: string): Record<string, Content> {
  return {
    "images.config.json": JSON.stringify({
      registry: prefix,
      images: { base: {}, child: {}, grown: {}, own: { labels: { [`${OCI}.source`]: "configured" } } },
    }),
    "dockerfiles/base.Dockerfile": `FROM busybox:1.36@${busybox} AS first\nLABEL first=1\nFROM first\nRUN echo base >/base\n`,
    "dockerfiles/child.Dockerfile": `FROM ${prefix}/base:latest@${ZERO}\nCOPY file /\n`,
    "dockerfiles/grown.Dockerfile": `FROM ${prefix}/child@${ZERO}\nRUN echo grown >/grown\nONBUILD RUN touch /triggered\n`,
    "dockerfiles/own.Dockerfile": `FROM ${prefix}/grown@${ZERO}\nLABEL ${OCI}.revision=mine ${OCI}.base.digest=none\n`,
    ".dockerignore": "*\n!file\n",
    file: "1\n",
    "docs/README.md": "1\n",
  };
}

describe.each(["overlay2", "containerd"] as const)("labels that images get by themselves (%s)", (store) => {
  const place = placeForTests(store);
  let repository: Repository;

  afterEach(() => repository.remove());

  async function make(test: string): Promise<{ readonly prefix: string; readonly busybox: string }> {
    const prefix = prefixOf(place.registry.host, test);
    const answer = await fetch(`${place.registry.url}/v2/library/busybox/manifests/1.36`, {
      headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    const busybox = answer.headers.get("docker-content-digest") ?? "";
    repository = await makeRepository(images(prefix, busybox));
    const remote = "https://robot:not-a-secret@git.example/acme/images.git";
    await repository.git("remote", "add", "origin", remote);
    return { prefix, busybox };
  }

  async function run(...args: readonly string[]): Promise<RunResult> {
    const ran = await place.run(repository, "--image", "all", "--format", "json", ...args);
    expect(ran.stderr).not.toContain("not-a-secret");
    expect(ran.exitCode).toBe(0);
    return JSON.parse(ran.stdout) as RunResult;
  }

  async function digests(): Promise<Readonly<Record<string, string>>> {
    const lockfile = JSON.parse((await repository.read("images.lock.json")).toString()) as {
      readonly images: Readonly<Record<string, { readonly digest: string }>>;
    };
    return Object.fromEntries(Object.entries(lockfile.images).map(([name, { digest }]) => [name, digest]));
  }

  /** The labels of what the registry has under the lockfile's digest. */
  async function labelsOf(prefix: string, image: string): Promise<Readonly<Record<string, string>>> {
    const name = `${prefix}/${image}@${(await digests())[image] ?? ""}`;
    await docker(place.engine, "pull", "--quiet", name);
    const labels = await docker(place.engine, "inspect", "--format", "{{json .Config.Labels}}", name);
    return JSON.parse(labels) as Readonly<Record<string, string>>;
  }

  it(
    "say the source, the revision and what they are built on; those of the user stay as they are",
    async () => {
      const { prefix, busybox } = await make("labels");
      const revision = await repository.git("rev-parse", "HEAD");
      await run();
      const { base = "", child = "", grown = "" } = await digests();
      const from = { [`${OCI}.source`]: "https://git.example/acme/images", [`${OCI}.revision`]: revision };
      expect(await labelsOf(prefix, "base")).toEqual({
        first: "1",
        ...from,
        [`${OCI}.base.name`]: "docker.io/library/busybox:1.36",
        [`${OCI}.base.digest`]: busybox,
      });
      expect(await labelsOf(prefix, "child")).toEqual({
        first: "1",
        ...from,
        [`${OCI}.base.name`]: `${prefix}/base:latest`,
        [`${OCI}.base.digest`]: base,
      });
      expect(await labelsOf(prefix, "grown")).toMatchObject({
        [`${OCI}.base.name`]: `${prefix}/child`,
        [`${OCI}.base.digest`]: child,
      });
      expect(await labelsOf(prefix, "own")).toEqual({
        first: "1",
        [`${OCI}.source`]: "configured",
        [`${OCI}.revision`]: "mine",
        [`${OCI}.base.name`]: `${prefix}/grown`,
        [`${OCI}.base.digest`]: "none",
      });
      const triggers = ["inspect", "--format", "{{json .Config.OnBuild}}", `${prefix}/grown@${grown}`];
      expect(await docker(place.engine, ...triggers)).toBe('["RUN touch /triggered"]');
    },
    3 * MINUTE,
  );

  it(
    "make no image stale and none another one: neither another commit nor another address is a change",
    async () => {
      const { prefix } = await make("labels-unchanged");
      await run();
      const before = await digests();
      const revision = (await labelsOf(prefix, "child"))[`${OCI}.revision`];
      await repository.write({ "docs/README.md": "2\n" });
      await commitAll(repository, "Another commit");
      await repository.git("remote", "set-url", "origin", "git@fork.example:me/images.git");
      expect((await run()).images).toEqual({});
      const forced = await run("--force");
      expect(Object.keys(forced.images)).toHaveLength(4);
      expect(forced.references).toEqual([]);
      expect(await digests()).toEqual(before);
      expect((await labelsOf(prefix, "child"))[`${OCI}.revision`]).toBe(revision);

      const configuration = (await repository.read("images.config.json")).toString();
      await repository.write({ "images.config.json": configuration.replace('"configured"', '"changed"') });
      await run();
      await repository.write({ "images.config.json": configuration.replace(/"own":{.*?}}/, '"own":{}') });
      expect((await run()).references).toEqual([]);
      expect((await labelsOf(prefix, "own"))[`${OCI}.source`]).toBe("https://fork.example/me/images");
    },
    3 * MINUTE,
  );

  it(
    "say that what an image is made of is not in the commit, if so, and nothing of other files",
    async () => {
      const { prefix } = await make("labels-dirty");
      const revision = await repository.git("rev-parse", "HEAD");
      await repository.write({ file: "not committed\n", "docs/README.md": "not committed\n" });
      await run();
      expect((await labelsOf(prefix, "base"))[`${OCI}.revision`]).toBe(revision);
      expect((await labelsOf(prefix, "child"))[`${OCI}.revision`]).toBe(`${revision}-dirty`);
      expect((await labelsOf(prefix, "grown"))[`${OCI}.revision`]).toBe(revision);
    },
    3 * MINUTE,
  );
});
