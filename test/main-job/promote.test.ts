import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { manageImages, startManageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex } from "../support/push-images.ts";
import { startRegistryProxy, type Asked, type Fault, type RegistryProxy } from "../support/registry-proxy.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { commitAll, GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const PLATFORMS = ["linux/amd64", "linux/arm64"];
const MINUTE = 60_000;

let registry: LocalRegistry;
let proxy: RegistryProxy;
let fault: Fault;
let asked: Asked[];
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
});

let worlds = 0;
let folder: string;
let repository: Repository;
/** The digests that the lockfile has: of an image, and of an index. */
let digests: Readonly<Record<"app" | "both", string>>;

beforeEach(async () => {
  fault = () => undefined;
  asked = [];
  folder = `promote-${++worlds}`;
  digests = {
    app: await pushImage(registry, `${folder}/app`, { platform: "linux/amd64", mark: "new" }, "latest"),
    both: await pushIndex(
      registry,
      `${folder}/both`,
      PLATFORMS.map((platform) => ({ platform })),
      "latest",
    ),
  };
  const prefix = `${proxy.host}/${folder}`;
  const images = Object.entries(digests).map(([name, digest]) => [
    name,
    { repository: `${prefix}/${name}`, digest },
  ]);
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: prefix, images: { app: {}, both: {} } }),
    "images.lock.json": JSON.stringify({ version: 1, images: Object.fromEntries(images) as object }),
    "dockerfiles/app.Dockerfile": "FROM scratch\n",
    "dockerfiles/both.Dockerfile": "FROM scratch\n",
  });
});
afterEach(() => repository.remove());

const run = (...args: readonly string[]) => manageImages(repository.folder, args, ENVIRONMENT);
const isWrite = ({ method }: Asked) => !["GET", "HEAD"].includes(method);
const short = (digest: string) => digest.slice(0, 19);

/** What the registry has under a tag, without the program's help. */
async function tagged(tag: string): Promise<Readonly<Record<string, string | null>>> {
  const entries = ["app", "both"].map(async (name) => {
    const accept = ["index", "manifest"].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join();
    const url = `${registry.url}/v2/${folder}/${name}/manifests/${tag}`;
    const response = await fetch(url, { method: "HEAD", headers: { accept } });
    return [name, response.headers.get("docker-content-digest")];
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string | null>;
}

const NONE = { app: null, both: null };

describe("promote", () => {
  it("points a tag at the lockfile's digests, of an index as a whole, without pulling", async () => {
    const ran = await run("promote", "--tag", "prod");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(new RegExp(`^app +prod +new +→ +${short(digests.app)}$`, "m"));
    expect(await tagged("prod")).toEqual(digests);
    expect(asked.filter(({ path }) => path.includes("/blobs/"))).toEqual([]);
  });

  it("moves a tag, shows from where to where, and leaves what is right alone", async () => {
    const old = await pushImage(registry, `${folder}/app`, { platform: "linux/amd64", mark: "old" }, "prod");
    await run("promote", "--tag", "prod", "--image", "both");
    asked = [];
    const { stdout } = await run("promote", "--tag", "prod");
    expect(stdout).toMatch(
      new RegExp(`^app +prod +${short(old)} +→ +${short(digests.app)}\n1 of 2 is there already.$`, "m"),
    );
    expect(asked.filter(isWrite)).toHaveLength(1);
    expect(await tagged("prod")).toEqual(digests);
  });

  it("changes nothing in a dry run, and says it as JSON, too", async () => {
    const { stdout } = await run("promote", "--tag", "prod", "--dry-run");
    expect(stdout).toMatch(/Nothing was changed/);
    const json = JSON.parse(
      (await run("promote", "--tag", "prod", "-n", "--format", "json")).stdout,
    ) as object;
    expect(json).toMatchObject({
      images: { app: { tag: "prod", to: digests.app }, both: { to: digests.both } },
    });
    expect(asked.filter(isWrite)).toEqual([]);
    expect(await tagged("prod")).toEqual(NONE);
  });

  it(
    "that is killed between two images goes on when it is run again",
    async () => {
      let writes = 0;
      const isStuck = new Promise<void>((resolve) => {
        fault = (request) => {
          if (!isWrite(request) || ++writes < 2) return undefined;
          resolve();
          return "silence";
        };
      });
      const { child, ended } = startManageImages(
        repository.folder,
        ["promote", "--tag", "prod"],
        ENVIRONMENT,
      );
      await Promise.race([isStuck, ended]);
      child.kill("SIGKILL");
      await ended;
      expect(await tagged("prod")).toEqual({ app: digests.app, both: null });

      fault = () => undefined;
      expect(await run("promote", "--tag", "prod")).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^both .*\n1 of 2 is there already.$/m),
      });
      expect(await tagged("prod")).toEqual(digests);
    },
    MINUTE,
  );

  it("waits while the registry still answers with what was", async () => {
    let late = 3;
    fault = ({ method, path }) =>
      method === "HEAD" && path.endsWith("/manifests/prod") && asked.some(isWrite) && late-- > 0
        ? { status: 404 }
        : undefined;
    expect(await run("promote", "--tag", "prod", "--image", "app")).toMatchObject({ exitCode: 0 });
    expect(late).toBeLessThan(1);
  });

  it(
    "waits no longer than a while for that",
    async () => {
      fault = ({ method, path }) =>
        method === "HEAD" && path.endsWith("/manifests/prod") ? { status: 404 } : undefined;
      expect(await run("promote", "--tag", "prod", "--image", "app")).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(/is to be sha256:\w+, but the registry answers that there is none/),
      });
    },
    MINUTE,
  );

  it("needs the lockfile of the branch that is required, as the remote has it", async () => {
    const { git } = repository;
    await git("switch", "--quiet", "--create", "work");
    await repository.write({
      "images.lock.json": `${(await repository.read("images.lock.json")).toString()}\n`,
    });
    await commitAll(repository);
    const refused = await run("promote", "--tag", "prod", "--require-branch", "main");
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/images\.lock\.json is not that of main/),
    });
    expect(await tagged("prod")).toEqual(NONE);
    // What counts is the remote's branch, where there is one.
    await git("update-ref", "refs/remotes/origin/main", "HEAD");
    expect(await run("promote", "--tag", "prod", "--require-branch", "main")).toMatchObject({ exitCode: 0 });
    expect(await tagged("prod")).toEqual(digests);
    const unknown = await run("promote", "--tag", "prod", "--require-branch", "mian");
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/no branch mian/) });
  });

  it("moves nothing where the registry has lost one of the digests, or the lockfile has none", async () => {
    await fetch(`${registry.url}/v2/${folder}/both/manifests/${digests.both}`, { method: "DELETE" });
    const lost = await run("promote", "--tag", "prod");
    expect(lost).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/does not have .*both@sha256.*\n.*--image both/),
    });
    await repository.write({ "images.lock.json": '{"version":1,"images":{}}' });
    const unknown = await run("promote", "--tag", "prod");
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/no digest of app, both/) });
    expect(await tagged("prod")).toEqual(NONE);
  });

  it.each([
    [["promote"], /tag/],
    [["promote", "--tag", "pr od"], /no tag/],
    [["promote", "--tag", "fp-0123"], /begin with fp-/],
    [["promote", "--tag", "prod", "--image", "ap"], /did you mean app/],
    [["promote", "--tag", "prod", "--force"], /no --force/],
  ])("%j is a mistake that is explained", async (args, words) => {
    expect(await run(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(words) });
  });
});

describe("trouble while promoting is an error, and never an absence", () => {
  it.each<[string, Fault, RegExp]>([
    ["500", () => ({ status: 500, headers: { "retry-after": "0" } }), /Nothing was taken for absent/],
    ["429", () => ({ status: 429, headers: { "retry-after": "0" } }), /Try again/],
    ["401", () => ({ status: 401 }), /docker login/],
    ["403", () => ({ status: 403 }), /right to/],
    ["nothing", () => "broken off", /did not answer/],
  ])(
    "%s to all, or only to what writes",
    async (_, trouble, words) => {
      fault = trouble;
      const all = await run("promote", "--tag", "prod");
      expect(all).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(words) });
      expect(await run("tags")).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(words),
      });
      fault = (request) => (isWrite(request) ? trouble(request) : undefined);
      expect(await run("promote", "--tag", "prod")).toMatchObject({ exitCode: 1, stdout: "" });
      expect(await tagged("prod")).toEqual(NONE);
    },
    MINUTE,
  );
});

describe("tags", () => {
  beforeEach(async () => {
    await pushImage(registry, `${folder}/app`, { platform: "linux/amd64", mark: "old" }, "prod");
    await pushImage(
      registry,
      `${folder}/app`,
      { platform: "linux/amd64", mark: "new" },
      `fp-${"a".repeat(20)}`,
    );
  });

  it("shows what each environment's tag points at", async () => {
    const { stdout } = await run("tags");
    expect(stdout).toMatch(new RegExp(`^app +latest +${short(digests.app)} +as in the lockfile$`, "m"));
    expect(stdout).toMatch(/^app +prod +sha256:\w{12} +differs from the lockfile$/m);
    expect(stdout).toMatch(new RegExp(`^both +latest +${short(digests.both)} +as in the lockfile$`, "m"));
    expect(stdout).not.toContain("fp-");
  });

  it("shows some, as JSON", async () => {
    const { stdout } = await run("tags", "--tag", "latest", "--tag", "staging", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      images: {
        app: { locked: digests.app, tags: { latest: digests.app } },
        both: { tags: { latest: digests.both } },
      },
    });
  });

  it("asks no more at a time than it is told", async () => {
    let now = 0;
    let most = 0;
    const tags = Array.from({ length: 12 }, (_, index) => `tag-${index}`);
    const slow = createServer((request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        if (request.method === "HEAD") response.setHeader("docker-content-digest", digests.app).end();
        else response.end(JSON.stringify({ name: "app", tags }));
      }, 50);
    }).listen(0, "127.0.0.1");
    await once(slow, "listening");
    const { port } = slow.address() as AddressInfo;
    const there = ["tags", "--image", "app", "--registry", `127.0.0.1:${port}/team`];
    for (const limit of [2, 5]) {
      most = 0;
      const ran = await run(...there, "--lookup-concurrency", String(limit));
      expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("tag-11") });
      expect(most).toBe(limit);
    }
    slow.closeAllConnections();
    slow.close();
  });

  it("says where there are none", async () => {
    await repository.write({
      "images.config.json": JSON.stringify({ registry: `${proxy.host}/none`, images: { app: {} } }),
    });
    expect((await run("tags")).stdout).toMatch(/^app +no tags$/m);
  });
});
