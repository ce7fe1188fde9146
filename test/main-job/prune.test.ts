import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { openRegistries } from "../../src/adapters/registries/distribution.ts";
import type { Digest } from "../../src/model/digest.ts";
import { manageImages, startManageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex } from "../support/push-images.ts";
import { startRegistryProxy, type Asked, type Fault, type RegistryProxy } from "../support/registry-proxy.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import {
  commitAll,
  GIT_ENVIRONMENT,
  makeRepository,
  repositoryAt,
  type Repository,
} from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const OLD = "2020-01-01T00:00:00Z";
const MINUTE = 60_000;
const run = promisify(execFile);

let registry: LocalRegistry;
let proxy: RegistryProxy;
let fault: Fault = () => undefined;
let asked: Asked[] = [];
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startRegistryProxy(registry.host, (request) => {
    asked.push(request);
    return fault(request);
  });
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
}, 2 * MINUTE);

const folders: string[] = [];
let repository: Repository;
let worlds = 0;
let prefix: string;
let path: string;

afterEach(async () => {
  fault = () => undefined;
  asked = [];
  await repository.remove();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A repository with a remote and images that are declared; nothing is pushed to the registry yet. */
async function project(names: readonly string[]): Promise<void> {
  path = `prune-${++worlds}`;
  prefix = `${proxy.host}/${path}`;
  const images = Object.fromEntries(names.map((name) => [name, {}])) as object;
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: prefix, images }),
    ...Object.fromEntries(names.map((name) => [`dockerfiles/${name}.Dockerfile`, "FROM scratch\n"])),
  });
  const remote = await mkdtemp(join(tmpdir(), "remote-"));
  folders.push(remote);
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  await repository.git("remote", "add", "origin", remote);
  await repository.git("push", "--quiet", "origin", "main");
}

const image = (name: string, mark: string, tag?: string) =>
  pushImage(registry, `${path}/${name}`, { platform: "linux/amd64", created: OLD, mark }, tag);
const index = (name: string, mark: string, tag?: string) =>
  pushIndex(
    registry,
    `${path}/${name}`,
    ["linux/amd64", "linux/arm64"].map((platform) => ({ platform, created: OLD, mark })),
    tag,
  );
const prune = (...flags: readonly string[]) =>
  manageImages(repository.folder, ["prune", ...flags], ENVIRONMENT);

/** Commits a file on a branch that only the remote has, and changes back. */
async function commitAtRemote(branch: string, file: string, text: string): Promise<void> {
  const { git } = repository;
  await git("switch", "--quiet", "--create", branch, "main");
  await repository.write({ [file]: text });
  await commitAll(repository, branch);
  await git("push", "--quiet", "origin", branch);
  await git("switch", "--quiet", "main");
  await git("branch", "--quiet", "-D", branch);
  await git("update-ref", "-d", `refs/remotes/origin/${branch}`);
}

/** Whether each of the digests can be pulled, with all that an index contains. */
async function pullable(name: string, digests: readonly string[]): Promise<readonly boolean[]> {
  const registries = openRegistries(() => Promise.resolve(undefined));
  const there = async (digest: string): Promise<boolean> => {
    const url = `${registry.url}/v2/${path}/${name}/manifests/${digest}`;
    const accept = ["index", "manifest"].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join();
    const response = await fetch(url, { headers: { accept } });
    const { manifests = [], config } = (await response.json()) as {
      readonly manifests?: readonly { readonly digest: string }[];
      readonly config?: { readonly digest: string };
    };
    if (!response.ok) return false;
    if (config !== undefined)
      return (await registries.describe(`${registry.host}/${path}/${name}`, digest as Digest)) !== undefined;
    return (await Promise.all(manifests.map((each) => there(each.digest)))).every(Boolean);
  };
  return Promise.all(digests.map(there));
}

describe("prune", () => {
  it(
    "leaves what any branch or tag names, and nothing else, of hundreds of versions",
    async () => {
      const names = Array.from({ length: 20 }, (_, number) => `image-${number}`);
      await project(names);
      const kept = new Map<string, string[]>(names.map((name) => [name, []]));
      const gone = new Map<string, string[]>(names.map((name) => [name, []]));
      await Promise.all(
        names.map(async (name, number) => {
          for (let version = 0; version < 12; version += 1) {
            const push = (number + version) % 3 === 0 ? index : image;
            const digest = await push(name, `${name} ${version}`, `fp-${String(version).padStart(20, "0")}`);
            (version < 5 ? kept : gone).get(name)?.push(digest);
          }
        }),
      );
      const version = (number: number) =>
        names.map((name) => `${prefix}/${name}@${kept.get(name)?.[number] ?? ""}\n`).join("");
      const lock = (number: number) => {
        const entries = names.map((name) => [
          name,
          { repository: `${prefix}/${name}`, digest: kept.get(name)?.[number] },
        ]);
        return JSON.stringify({ version: 1, images: Object.fromEntries(entries) as object });
      };
      const { git } = repository;
      // A lockfile here, a pin on a local branch, one at the remote alone, one at a tag of it alone, one not committed at all.
      await repository.write({ "images.lock.json": lock(0) });
      await commitAll(repository);
      await git("push", "--quiet", "origin", "main");
      await git("switch", "--quiet", "--create", "local");
      await repository.write({ "docs/images.md": version(1) });
      await commitAll(repository);
      await git("switch", "--quiet", "main");
      await commitAtRemote("unmerged", "deploy/values.txt", version(2));
      await repository.write({ "deploy/values.yaml": Buffer.from(version(3), "utf16le") });
      await commitAll(repository, "for a tag");
      await git("tag", "--annotate", "--message", "1.0", "v1.0");
      await git("push", "--quiet", "origin", "v1.0");
      await git("tag", "--delete", "v1.0");
      await git("reset", "--quiet", "--hard", "HEAD~1");
      await repository.write({ "notes.txt": version(4) });
      const before = await repository.snapshot();
      const refs = await git("for-each-ref");

      const shown = await prune("--keep-days", "0");
      expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
      expect(shown.stdout).toMatch(
        /^Would delete \d+ versions \([\d.]+ k?B at most: layers may be shared\); \d+ stay\.$/m,
      );
      expect(shown.stdout).toMatch(/Nothing was deleted/);
      expect(asked.filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);

      expect(await prune("--keep-days", "0", "--yes")).toMatchObject({
        exitCode: 0,
        stderr: "",
        stdout: expect.stringMatching(/^Deleted \d+ versions/m),
      });
      for (const name of names) {
        expect([name, await pullable(name, kept.get(name) ?? [])]).toEqual([
          name,
          kept.get(name)?.map(() => true),
        ]);
        expect([name, await pullable(name, gone.get(name) ?? [])]).toEqual([
          name,
          gone.get(name)?.map(() => false),
        ]);
      }
      const { stdout } = await prune("--keep-days", "0", "--yes", "--format", "json");
      expect(JSON.parse(stdout)).toMatchObject({ deleted: true, bytes: 0 });
      expect(await repository.snapshot()).toBe(before);
      expect(await git("for-each-ref")).toBe(refs);
    },
    5 * MINUTE,
  );

  it(
    "keeps tags but fingerprints', what is young, and what was named some commits ago, as it is told",
    async () => {
      await project(["app"]);
      const old = await image("app", "old", `fp-${"0".repeat(20)}`);
      const prod = await image("app", "prod", "prod");
      const stage = await image("app", "stage", "stage");
      const young = await pushImage(
        registry,
        `${path}/app`,
        { platform: "linux/amd64", created: new Date().toISOString(), mark: "y" },
        `fp-${"1".repeat(20)}`,
      );
      const earlier = await image("app", "earlier", `fp-${"2".repeat(20)}`);
      for (const text of [`${prefix}/app@${earlier}\n`, "a\n", "b\n"]) {
        await repository.write({ "pin.txt": text });
        await commitAll(repository);
      }
      await repository.git("push", "--quiet", "origin", "main");
      const goes = async (...flags: readonly string[]) => {
        const { stdout } = await prune("--format", "json", ...flags);
        const { repositories } = JSON.parse(stdout) as {
          readonly repositories: Readonly<
            Record<string, { readonly goes: readonly { readonly digest: string }[] }>
          >;
        };
        return repositories[`${prefix}/app`]?.goes.map(({ digest }) => digest).toSorted();
      };
      expect(await goes()).toEqual([old, earlier].toSorted());
      expect(await goes("--keep-history", "2")).toEqual([old]);
      expect(await goes("--keep-history", "1")).toEqual([old, earlier].toSorted());
      expect(await goes("--keep-days", "0")).toEqual([old, earlier, young].toSorted());
      expect(await goes("--keep-tags", "p*")).toEqual([old, earlier, stage].toSorted());
      expect((await prune("--yes", "--dry-run")).stdout).toMatch(/Nothing was deleted/);
      expect(await pullable("app", [old, prod, stage, young, earlier])).toEqual([
        true,
        true,
        true,
        true,
        true,
      ]);
    },
    2 * MINUTE,
  );

  it("says what unknown age makes it keep", async () => {
    await project(["app"]);
    await pushImage(
      registry,
      `${path}/app`,
      { platform: "linux/amd64", mark: "ageless" },
      `fp-${"0".repeat(20)}`,
    );
    expect((await prune()).stdout).toMatch(/^1 version of unknown age among them; --keep-days 0/m);
  });
});

describe("prune deletes nothing", () => {
  async function refuses(...words: readonly RegExp[]): Promise<void> {
    const ran = await prune("--keep-days", "0", "--yes");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    for (const word of words) expect(ran.stderr).toMatch(word);
    expect(asked.filter(({ method }) => method === "DELETE")).toEqual([]);
  }

  it(
    "in a shallow clone",
    async () => {
      await project(["app"]);
      await image("app", "a", `fp-${"0".repeat(20)}`);
      const folder = await mkdtemp(join(tmpdir(), "shallow-"));
      folders.push(folder);
      await repository.git("commit", "--quiet", "--allow-empty", "--message", "second");
      await run("git", ["clone", "--quiet", "--depth=1", `file://${repository.folder}`, folder]);
      const whole = repository;
      repository = repositoryAt(folder);
      await refuses(/shallow/, /git fetch --unshallow/);
      await whole.remove();
    },
    MINUTE,
  );

  it(
    "where a remote does not answer",
    async () => {
      await project(["app"]);
      await image("app", "a", `fp-${"0".repeat(20)}`);
      await repository.git("remote", "add", "upstream", "/nowhere/upstream.git");
      await refuses(/remote upstream could not be asked/, /Nothing was deleted/);
      expect(await repository.git("for-each-ref", "refs/manage-images")).toBe("");
    },
    MINUTE,
  );

  it("with a configuration that is wrong", async () => {
    await project(["app"]);
    await repository.write({ "images.config.json": "{}" });
    expect(await prune("--yes")).toMatchObject({ exitCode: 2 });
  });

  it.each<[string, (request: Asked) => boolean, RegExp]>([
    ["tags", ({ path: url }) => url.includes("/tags/list"), /answered 500/],
    ["a tag", ({ method }) => method === "HEAD", /answered 500/],
    [
      "a manifest",
      ({ method, path: url }) => method === "GET" && url.includes("/manifests/"),
      /answered 500/,
    ],
    ["a configuration", ({ path: url }) => url.includes("/blobs/"), /answered 500/],
  ])(
    "where the registry fails to say what it has: %s",
    async (_, isMet, words) => {
      await project(["app"]);
      await index("app", "a", `fp-${"0".repeat(20)}`);
      fault = (request) => (isMet(request) ? { status: 500, headers: { "retry-after": "0" } } : undefined);
      await refuses(words);
    },
    MINUTE,
  );
});

it("a registry that does not delete is an error that says so", async () => {
  await project(["app"]);
  await image("app", "a", `fp-${"0".repeat(20)}`);
  fault = ({ method }) => (method === "DELETE" ? { status: 405 } : undefined);
  expect(await prune("--keep-days", "0", "--yes")).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/405 \(not supported\)[^]*does not delete by the distribution API/),
  });
});

describe("prune that does not get through", () => {
  const isDelete = ({ method }: Asked) => method === "DELETE";
  /** An index and an image that are pinned, and others that are not; afterwards, which of them can be pulled. */
  async function pushed() {
    await project(["app", "tool"]);
    const kept = [await index("app", "kept", `fp-${"0".repeat(20)}`), await image("app", "also", "prod")];
    const gone = await Promise.all(
      [1, 2, 3].map((n) => index("app", `gone ${n}`, `fp-${`${n}`.repeat(20)}`)),
    );
    const tools = await Promise.all([4, 5].map((n) => image("tool", `gone ${n}`, `fp-${`${n}`.repeat(20)}`)));
    await repository.write({ "pin.txt": `${prefix}/app@${kept[0] ?? ""}\n` });
    await commitAll(repository);
    await repository.git("push", "--quiet", "origin", "main");
    return {
      kept: () => pullable("app", kept),
      gone: async () => [...(await pullable("app", gone)), ...(await pullable("tool", tools))],
    };
  }
  const ALL_GONE = Array.from({ length: 5 }, () => false);

  it.each([2, 4, 9])(
    "because it is killed at deletion %d does the rest when it is run again",
    async (last) => {
      const { kept, gone } = await pushed();
      let deletions = 0;
      const isStuck = new Promise<void>((resolve) => {
        fault = (request) => {
          if (!isDelete(request) || ++deletions < last) return undefined;
          resolve();
          return "silence";
        };
      });
      const { child, ended } = startManageImages(
        repository.folder,
        ["prune", "--keep-days", "0", "--yes"],
        ENVIRONMENT,
      );
      await Promise.race([isStuck, ended]);
      child.kill("SIGKILL");
      expect(await ended).toMatchObject({ exitCode: "SIGKILL" });
      expect(await kept()).toEqual([true, true]);
      expect(await gone()).not.toEqual(ALL_GONE);
      fault = () => undefined;
      expect(await prune("--keep-days", "0", "--yes")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await kept()).toEqual([true, true]);
      expect(await gone()).toEqual(ALL_GONE);
      const refs = await repository.git("for-each-ref", "refs/manage-images");
      expect(refs).toBe("");
    },
    2 * MINUTE,
  );

  it.each<[string, Fault, RegExp]>([
    ["500", () => ({ status: 500, headers: { "retry-after": "0" } }), /answered 500/],
    ["429", () => ({ status: 429, headers: { "retry-after": "0" } }), /answered 429/],
    ["403", () => ({ status: 403 }), /right to delete/],
    ["nothing", () => "broken off", /did not answer/],
  ])(
    "because the registry answers %s to the third deletion is an error, and does the rest when it is run again",
    async (_, trouble, words) => {
      const { kept, gone } = await pushed();
      let deletions = 0;
      fault = (request) => (isDelete(request) && ++deletions > 2 ? trouble(request) : undefined);
      expect(await prune("--keep-days", "0", "--yes")).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(words),
      });
      expect(await kept()).toEqual([true, true]);
      fault = () => undefined;
      expect(await prune("--keep-days", "0", "--yes")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await kept()).toEqual([true, true]);
      expect(await gone()).toEqual(ALL_GONE);
    },
    2 * MINUTE,
  );

  it(
    "at once, because the registry is in trouble for a moment, tries again",
    async () => {
      const { kept, gone } = await pushed();
      let troubles = 0;
      fault = (request) => {
        troubles += 1;
        if (troubles % 4 !== 0) return undefined;
        return isDelete(request) ? "broken off" : { status: 503, headers: { "retry-after": "0" } };
      };
      expect(await prune("--keep-days", "0", "--yes")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await kept()).toEqual([true, true]);
      expect(await gone()).toEqual(ALL_GONE);
    },
    2 * MINUTE,
  );
});
