import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { manageImages, startManageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex } from "../support/push-images.ts";
import { startRegistryProxy, type Asked, type Fault, type RegistryProxy } from "../support/registry-proxy.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../support/registry.ts";
import { commitAll, GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;
const LARGE = 3_000_000;
const BASIC = `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64")}`;
const MANIFESTS = ["index", "manifest"].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join();

/** Has a process say at its end how much memory it had at most. */
const SAY_MEMORY = `import { readFileSync, writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY_FILE, readFileSync("/proc/self/status")));`;

/** Where images are built to, and where they are released to, which asks for a password; each behind a proxy. */
let source: LocalRegistry;
let release: LocalRegistry;
let sourceProxy: RegistryProxy;
let releaseProxy: RegistryProxy;
let fault: Fault;
let sourceFault: Fault;
let asked: Asked[];
let home: string;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  [source, release] = await Promise.all([startRegistry(), startRegistry({ login: true })]);
  sourceProxy = await startRegistryProxy(source.host, (request) => {
    asked.push({ ...request, path: `source ${request.path}` });
    return sourceFault(request);
  });
  releaseProxy = await startRegistryProxy(release.host, (request) => {
    asked.push(request);
    return fault(request);
  });
  home = await mkdtemp(join(tmpdir(), "home-"));
  const auth = BASIC.slice("Basic ".length);
  await writeFile(join(home, "config.json"), JSON.stringify({ auths: { [releaseProxy.host]: { auth } } }));
  environment = {
    ...GIT_ENVIRONMENT,
    DOCKER_HOST: "unix:///nowhere/docker.sock",
    DOCKER_CONFIG: home,
    NO_COLOR: "1",
  };
});
afterAll(async () => {
  await Promise.all([sourceProxy.stop(), releaseProxy.stop()]);
  await Promise.all([source.stop(), release.stop()]);
  await rm(home, { recursive: true });
});

let worlds = 0;
let folder: string;
let repository: Repository;
/** What the lockfile has: an image, and an index of two platforms with a record of how it was built. */
let digests: Readonly<Record<"app" | "both", string>>;

beforeEach(async () => {
  fault = () => undefined;
  sourceFault = () => undefined;
  asked = [];
  folder = `promote-to-${++worlds}`;
  digests = {
    app: await pushImage(source, `${folder}/app`, { platform: "linux/amd64", layers: [LARGE, 50] }, "latest"),
    both: await pushIndex(
      source,
      `${folder}/both`,
      ["linux/amd64", "linux/arm64", "unknown/unknown"].map((platform, index) => ({
        platform,
        layers: [LARGE, 1000 + index],
      })),
      "latest",
    ),
  };
  repository = await makeRepository(files());
  asked = [];
});
afterEach(() => repository.remove());

function files(names: Readonly<Record<string, string>> = { both: "both-runtime" }) {
  const prefix = `${sourceProxy.host}/${folder}`;
  const locked = Object.entries(digests).map(([name, digest]) => [
    name,
    { repository: `${prefix}/${name}`, digest },
  ]);
  const promotions = {
    release: { registry: `${releaseProxy.host}/${folder}/public`, names, tags: ["1.2.0", "latest"] },
  };
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { app: {}, both: {} }, promotions }),
    "images.lock.json": JSON.stringify({ version: 1, images: Object.fromEntries(locked) as object }),
    "dockerfiles/app.Dockerfile": "FROM scratch\n",
    "dockerfiles/both.Dockerfile": "FROM scratch\n",
  };
}

const run = (...args: readonly string[]) =>
  manageImages(repository.folder, ["promote", ...args], environment);
const isWrite = ({ method }: Asked) => !["GET", "HEAD"].includes(method);
const isUpload = ({ method, path }: Asked) => method === "PUT" && path.includes("/blobs/uploads/");
const json = (stdout: string) =>
  JSON.parse(stdout) as {
    readonly images: Readonly<Record<string, { readonly copied?: Readonly<Record<string, number>> }>>;
  };

/** What the release registry has under a tag, with all that it is made of, read and hashed without the program's help. */
async function pulled(name: string, reference: string): Promise<string | undefined> {
  const get = async (path: string, digest: string | undefined) => {
    const url = `${release.url}/v2/${folder}/public/${name}/${path}`;
    const response = await fetch(url, { headers: { accept: MANIFESTS, authorization: BASIC } });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status === 404) return undefined;
    const its = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (!response.ok || (digest !== undefined && its !== digest))
      throw new Error(`${url}: ${response.status}`);
    return { bytes, digest: its };
  };
  const read = async (path: string, expected?: string): Promise<string | undefined> => {
    const manifest = await get(path, expected);
    if (manifest === undefined) return undefined;
    type Descriptors = readonly { readonly digest: string }[];
    const content = JSON.parse(manifest.bytes.toString()) as {
      readonly manifests?: Descriptors;
      readonly layers?: Descriptors;
      readonly config?: { readonly digest: string };
    };
    for (const { digest } of content.manifests ?? [])
      if ((await read(`manifests/${digest}`, digest)) === undefined)
        throw new Error(`${digest} is not there`);
    for (const { digest } of [content.config ?? [], content.layers ?? []].flat())
      if ((await get(`blobs/${digest}`, digest)) === undefined) throw new Error(`${digest} is not there`);
    return manifest.digest;
  };
  return read(`manifests/${reference}`);
}

const released = async (tag: string) => ({
  app: await pulled("app", tag),
  both: await pulled("both-runtime", tag),
});
const NONE = { app: undefined, both: undefined };

describe("promote --to", () => {
  it("copies an image and an index, whole and under other names, with their digests and the tags", async () => {
    const ran = await run("--to", "release", "--format", "json");
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^(?:app|both) copied: 3(?:\.\d+)? MB sent/m),
    });
    expect(json(ran.stdout).images).toMatchObject({
      app: { digest: digests.app, isThere: false, tags: { "1.2.0": { from: null }, latest: { from: null } } },
      both: {
        source: `${sourceProxy.host}/${folder}/both`,
        target: `${releaseProxy.host}/${folder}/public/both-runtime`,
      },
    });
    expect(await released("1.2.0")).toEqual(digests);
    expect(await released("latest")).toEqual(digests);
    expect(ran.stdout + ran.stderr).not.toContain(LOGIN.password);
  });

  it("sends each layer once, and mounts it for other images", async () => {
    const { stdout } = await run("--to", "release", "--format", "json", "--push-concurrency", "1");
    const { app, both } = json(stdout).images;
    const [sent, mounted] = ["sent", "mounted"].map(
      (how) => (app?.copied?.[how] ?? 0) + (both?.copied?.[how] ?? 0),
    );
    expect(sent).toBeLessThan(LARGE * 1.1);
    // And their configurations, of which two are the same.
    expect(mounted).toBeGreaterThanOrEqual(LARGE);
    const large = asked.filter(({ headers }) => headers["content-length"] === String(LARGE));
    expect(large.filter(isUpload)).toHaveLength(1);
  });

  it("mounts what another repository of the same registry has, and reads none of it", async () => {
    const target = `${sourceProxy.host}/${folder}/copies`;
    expect(await run("--to", target, "--tag", "one")).toMatchObject({ exitCode: 0 });
    expect(asked.filter(isUpload)).toEqual([]);
    expect(
      asked.filter(({ method, path }) => method === "GET" && path.includes("/blobs/sha256")),
    ).toHaveLength(
      // Its configuration says for which platform it is: for the size that is shown.
      1,
    );
    const manifest = await fetch(`${source.url}/v2/${folder}/copies/both/manifests/one`, {
      headers: { accept: MANIFESTS },
    });
    expect(manifest.headers.get("docker-content-digest")).toBe(digests.both);
  });

  it("leaves alone what is there, and shows where tags pointed to", async () => {
    await run("--to", "release", "--image", "app");
    asked = [];
    const { stdout } = await run("--to", "release");
    expect(stdout).toMatch(/^app +→ .* there already +1\.2\.0 \(as it was\), latest \(as it was\)$/m);
    expect(asked.filter(({ path }) => path.includes("/app/")).filter(isWrite)).toEqual([]);
    expect(await released("latest")).toEqual(digests);
    asked = [];
    expect((await run("--to", "release")).exitCode).toBe(0);
    expect(asked.filter(isWrite)).toEqual([]);
  });

  it("changes nothing in a dry run, which says how much it would be", async () => {
    const { exitCode, stdout } = await run("--to", "release", "--dry-run");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^both +→ +\S+both-runtime +sha256:\w{12} +\d+(?:\.\d+)? MB +1\.2\.0 \(new\)/m);
    expect(stdout).toMatch(/^Nothing was changed: this was a dry run\.$/m);
    expect(asked.filter(isWrite)).toEqual([]);
    expect(await released("latest")).toEqual(NONE);
  });

  it("takes tags from git's, and from --tag", async () => {
    await repository.git("tag", "v2.0.1");
    const written = JSON.parse(files()["images.config.json"]) as {
      promotions: { release: { tags: string[] } };
    };
    written.promotions.release.tags = ["{version}", "{sha}"];
    await repository.write({ "images.config.json": JSON.stringify(written) });
    expect(await run("--to", "release", "--image", "app")).toMatchObject({ exitCode: 0 });
    expect(await pulled("app", "2.0.1")).toBe(digests.app);
    expect(await run("--to", "release", "--image", "app", "--tag", "now")).toMatchObject({ exitCode: 0 });
    expect(await pulled("app", "now")).toBe(digests.app);
  });

  it("is shown by tags --to", async () => {
    await run("--to", "release", "--image", "app");
    const { stdout } = await manageImages(repository.folder, ["tags", "--to", "release"], environment);
    expect(stdout).toMatch(
      new RegExp(`^app +1\\.2\\.0 +${digests.app.slice(0, 19)} +as in the lockfile$`, "m"),
    );
    expect(stdout).toMatch(/^both +no tags$/m);
  });

  it("needs the lockfile of the branch that is required", async () => {
    await repository.git("switch", "--quiet", "--create", "work");
    await repository.write({
      "images.lock.json": `${(await repository.read("images.lock.json")).toString()}\n`,
    });
    await commitAll(repository);
    const refused = await run("--to", "release", "--require-branch", "main");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/is not that of main/) });
    expect(await released("latest")).toEqual(NONE);
  });
});

it(
  "a layer that is larger than all the memory that promote --to takes is copied",
  async () => {
    const HUGE = 300_000_000;
    const platform = "linux/amd64";
    const app = await pushImage(source, `${folder}/app`, { platform, layers: [HUGE] }, "latest");
    digests = { ...digests, app };
    await repository.write(files());
    const file = join(home, "peak-memory");
    const ran = await manageImages(repository.folder, ["promote", "--to", "release", "--image", "app"], {
      ...environment,
      NODE_OPTIONS: `--max-old-space-size=64 --import=data:text/javascript,${encodeURIComponent(SAY_MEMORY)}`,
      PEAK_MEMORY_FILE: file,
    });
    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^app copied: 300 MB sent/m) });
    expect(await pulled("app", "latest")).toBe(app);
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(await readFile(file, "utf8")) ?? [];
    expect(Number(kilobytes) * 1024).toBeLessThan(HUGE * 0.8);
  },
  3 * MINUTE,
);

describe("promote --to that is broken off", () => {
  it.each([
    [
      "between two images",
      ({ method, path }: Asked) => method === "PUT" && path.includes("both-runtime/manifests"),
    ],
    ["in the middle of a layer", isUpload],
    ["before the tags", ({ method, path }: Asked) => method === "PUT" && path.endsWith("manifests/latest")],
  ])(
    "%s by kill -9 goes on when it is run again",
    async (_, isMet) => {
      const isStuck = new Promise<void>((resolve) => {
        fault = (request) => {
          if (!isMet(request)) return undefined;
          resolve();
          return "silence";
        };
      });
      const { child, ended } = startManageImages(
        repository.folder,
        ["promote", "--to", "release"],
        environment,
      );
      await Promise.race([isStuck, ended]);
      child.kill("SIGKILL");
      expect(await ended).toMatchObject({ exitCode: "SIGKILL" });
      expect(await released("latest")).toEqual(NONE);
      const done = asked.filter(
        ({ method, path }) => method === "PUT" && path.includes("/manifests/"),
      ).length;

      fault = () => undefined;
      asked = [];
      expect(await run("--to", "release")).toMatchObject({ exitCode: 0 });
      expect(await released("latest")).toEqual(digests);
      expect(await released("1.2.0")).toEqual(digests);
      // Manifests of app, of the index, and of what it contains; and two tags each. The one that was stuck comes again.
      expect(
        asked.filter(({ method, path }) => method === "PUT" && path.includes("/manifests/")),
      ).toHaveLength(5 + 4 - Math.max(0, done - 1));
    },
    MINUTE,
  );

  it("once, while a layer is sent or read, tries again", async () => {
    let troubles = 1;
    fault = (request) => (isUpload(request) && troubles-- > 0 ? "broken off while it sends" : undefined);
    let sourceTroubles = 1;
    sourceFault = ({ method, path }) =>
      method === "GET" && path.includes("/blobs/") && sourceTroubles-- > 0
        ? { body: "breaks off" }
        : undefined;
    expect(await run("--to", "release")).toMatchObject({ exitCode: 0 });
    expect([troubles, sourceTroubles].every((left) => left < 1)).toBe(true);
    expect(await released("latest")).toEqual(digests);
  });

  it(
    "by Ctrl-C ends, and is repeated",
    async () => {
      const isStuck = new Promise<void>((resolve) => {
        fault = (request) => {
          if (!isUpload(request)) return undefined;
          resolve();
          return "silence";
        };
      });
      const { child, ended } = startManageImages(
        repository.folder,
        ["promote", "--to", "release"],
        environment,
      );
      await Promise.race([isStuck, ended]);
      child.kill("SIGINT");
      expect(await ended).toMatchObject({ exitCode: 130, stdout: "" });
      fault = () => undefined;
      expect(await run("--to", "release")).toMatchObject({ exitCode: 0 });
      expect(await released("latest")).toEqual(digests);
    },
    MINUTE,
  );
});

describe("trouble with promote --to is an error, and never an absence", () => {
  const FAILED = { exitCode: 1, stdout: "" };

  it.each<[string, Fault, RegExp]>([
    ["500", () => ({ status: 500, headers: { "retry-after": "0" } }), /answered 500/],
    ["429", () => ({ status: 429, headers: { "retry-after": "0" } }), /answered 429/],
    ["403", () => ({ status: 403 }), /right to/],
    ["a broken connection", () => "broken off", /did not answer/],
    ["a connection that breaks while it sends", () => "broken off while it sends", /did not answer/],
  ])(
    "%s to all, to uploads, to manifests",
    async (kind, trouble, words) => {
      const parts: readonly [string, (request: Asked) => boolean][] = [
        ["all", (request) => kind !== "a connection that breaks while it sends" || isUpload(request)],
        ["uploads", isUpload],
        ["manifests", ({ method, path }) => method === "PUT" && path.includes("/manifests/")],
      ];
      for (const [part, isMet] of parts) {
        fault = (request) => (isMet(request) ? trouble(request) : undefined);
        const ran = await run("--to", "release");
        expect([part, ran]).toEqual([
          part,
          expect.objectContaining({ ...FAILED, stderr: expect.stringMatching(words) }),
        ]);
        fault = () => undefined;
        expect(await released("latest")).toEqual(NONE);
      }
    },
    2 * MINUTE,
  );

  it("401, where nobody is logged in", async () => {
    const ran = await manageImages(repository.folder, ["promote", "--to", "release"], {
      ...environment,
      DOCKER_CONFIG: "/nowhere",
    });
    expect(ran).toMatchObject({
      ...FAILED,
      stderr: expect.stringContaining(`docker login ${releaseProxy.host}`),
    });
  });

  it("a layer that is another one on the way", async () => {
    sourceFault = ({ method, path }) =>
      method === "GET" && path.includes("/blobs/")
        ? { status: 200, headers: { "content-type": "application/octet-stream" }, body: "x".repeat(50) }
        : undefined;
    const ran = await run("--to", "release", "--image", "app");
    expect(ran).toMatchObject(FAILED);
    expect(ran.stderr).toMatch(/is not that|has another digest/);
    expect(await released("latest")).toEqual(NONE);
  });

  it("a digest that the registry has lost", async () => {
    await fetch(`${source.url}/v2/${folder}/both/manifests/${digests.both}`, { method: "DELETE" });
    const ran = await run("--to", "release");
    expect(ran).toMatchObject({
      ...FAILED,
      stderr: expect.stringMatching(/does not have .*both@sha256.*Nothing was copied/),
    });
    expect(asked.filter(isWrite)).toEqual([]);
  });
});

describe("mistakes are explained", () => {
  it.each([
    [["--to", "relaese"], /no such promotion; did you mean release\?/],
    [["--to", "https://r.example"], /no such promotion/],
    [["--to", "r.example/team"], /with which tag\?/],
    [["--to", "release", "--tag", "1 0"], /no tag/],
    [["--to", "release", "--tag", "fp-0123"], /begin with fp-/],
    [["--to", "release", "--image", "ap"], /did you mean app/],
    [[], /which tag is moved/],
  ])("promote %j", async (args, words) => {
    expect(await run(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(words) });
  });

  it("two images that would be one", async () => {
    await repository.write(files({ both: "app" }));
    expect(await run("--to", "release")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/promotions\.release\.names\.both: is the name that app has there, too/),
    });
  });
});
