import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startArtifactRegistry, type ArtifactRegistryServer } from "../support/artifact-registry.ts";
import { issueCertificates } from "../support/certificates.ts";
import { identityForTests, IDENTITY_SECRET } from "../support/google-identity.ts";
import { startHttpProxy, type HttpProxy } from "../support/http-proxy.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex } from "../support/push-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";

const MINUTE = 60_000;
const HOST = "us-docker.pkg.dev";
const API = "artifactregistry.googleapis.com";
const REPOSITORY = "projects/acme/locations/us/repositories/images";
const PREFIX = `${HOST}/acme/images`;
const FINGERPRINT = `fp-${"a".repeat(20)}`;
const OTHER_FINGERPRINT = `fp-${"b".repeat(20)}`;
const MANIFESTS = ["index", "manifest"].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join();

const identity = identityForTests();
let folder: string;
let back: LocalRegistry;
let front: LocalRegistry;
let server: ArtifactRegistryServer;
/** Where Google's names lead to this machine. */
let proxy: HttpProxy;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "artifact-registry-"));
  const tls = await issueCertificates([HOST, API]);
  back = await startRegistry();
  front = await startRegistry({ tls, data: back.data });
  server = await startArtifactRegistry(back, [REPOSITORY], tls);
  const places = new Map([
    [`${HOST}:443`, front.host],
    [`${API}:443`, `127.0.0.1:${server.port}`],
  ]);
  proxy = await startHttpProxy({ places });
  await writeFile(join(folder, "ca.pem"), tls.ca);
  environment = {
    ...GIT_ENVIRONMENT,
    DOCKER_HOST: "unix:///nowhere/docker.sock",
    DOCKER_CONFIG: folder,
    HTTPS_PROXY: `http://${proxy.host}`,
    NO_PROXY: "127.0.0.1",
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    // gRPC has its own variable.
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: join(folder, "ca.pem"),
    NO_COLOR: "1",
  };
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
  await Promise.all([front.stop(), back.stop()]);
  await rm(folder, { recursive: true });
});

let worlds = 0;
let image: string;
let repository: Repository;
/** The lockfile has the index; nothing names the others. */
let digests: Readonly<Record<"locked" | "tagged" | "old" | "older", string>>;

beforeEach(async () => {
  image = `app-${++worlds}`;
  const path = `acme/images/${image}`;
  const of = (mark: string, tag: string) => pushImage(back, path, { platform: "linux/amd64", mark }, tag);
  digests = {
    locked: await pushIndex(
      back,
      path,
      ["linux/amd64", "linux/arm64"].map((platform) => ({ platform })),
      "latest",
    ),
    tagged: await of("tagged", "prod"),
    old: await of("old", FINGERPRINT),
    older: await of("older", OTHER_FINGERPRINT),
  };
  repository = await makeRepository({
    "images.config.json": JSON.stringify({ registry: PREFIX, images: { [image]: {} } }),
    "images.lock.json": JSON.stringify({
      version: 1,
      images: { [image]: { repository: `${PREFIX}/${image}`, digest: digests.locked } },
    }),
    [`dockerfiles/${image}.Dockerfile`]: "FROM scratch\n",
  });
  server.calls.length = 0;
});
afterEach(async () => {
  server.recover();
  await repository.remove();
});

/** Runs a command, which shows nothing of what it is known by. */
async function run(...args: readonly string[]) {
  const ran = await manageImages(repository.folder, args, environment);
  for (const secret of [IDENTITY_SECRET, ...identity.tokens])
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  expect(ran.stderr).not.toMatch(/Warning|^\s+at /m);
  return ran;
}

/** The digest that the registry has under a tag or digest. */
async function pointed(reference: string, name = `acme/images/${image}`): Promise<string | undefined> {
  const url = `${back.url}/v2/${name}/manifests/${reference}`;
  const { ok, headers } = await fetch(url, { method: "HEAD", headers: { accept: MANIFESTS } });
  return ok ? (headers.get("docker-content-digest") ?? undefined) : undefined;
}

/** Which of the versions are there. */
async function there() {
  const found = Object.entries(digests).map(async ([name, digest]) => [
    name,
    (await pointed(digest)) === digest,
  ]);
  return Object.fromEntries(await Promise.all(found)) as Readonly<Record<string, boolean>>;
}

const ALL = { locked: true, tagged: true, old: true, older: true };
const NEEDED = { locked: true, tagged: true, old: false, older: false };
const PRUNE = ["prune", "--keep-days", "0", "--yes"];

describe("with Artifact Registry", () => {
  it("tags shows, promote moves and creates, prune deletes; Google's token is all that is said of who asks", async () => {
    expect(await run("tags")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^app-\d+ +prod +\S+ +differs from the lockfile$/m),
    });
    for (const tag of ["prod", "stage"]) {
      expect(await run("promote", "--tag", tag)).toMatchObject({ exitCode: 0 });
      expect(await pointed(tag)).toBe(digests.locked);
    }
    expect(server.calls.filter((call) => call.endsWith("Tag") && call !== "GetTag")).toEqual([
      "UpdateTag",
      "CreateTag",
    ]);
    expect(await run(...PRUNE)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Deleted 3 versions/m),
    });
    expect(await there()).toEqual({ ...NEEDED, tagged: false });
    expect([...server.authorizations].map((each) => each.replace(/\d+$/, "N"))).toContain(
      "Bearer google-token-N",
    );
  });

  it(
    "promote --to makes the repository only where that is wanted",
    async () => {
      const target = `${HOST}/acme/public-${worlds}`;
      const resource = `projects/acme/locations/us/repositories/public-${worlds}`;
      const args = ["promote", "--to", target, "--tag", "1.0"];
      expect(await run(...args)).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(/There is no repository public-\d+ in us[^]*--create-repository/),
      });
      server.fail("CreateRepository", status.PERMISSION_DENIED);
      expect(await run(...args, "--create-repository")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/permission denied/),
      });
      expect(server.repositories.has(resource)).toBe(false);
      server.recover();
      expect(await run(...args, "--create-repository")).toMatchObject({ exitCode: 0 });
      expect(server.repositories.has(resource)).toBe(true);
      expect(await pointed("1.0", `acme/public-${worlds}/${image}`)).toBe(digests.locked);
    },
    2 * MINUTE,
  );
});

describe("trouble with Artifact Registry that passes only makes it longer", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["tags", ["tags"], ["ListTags", "GetTag"]],
    ["promote", ["promote", "--tag", "prod"], ["GetTag", "GetVersion", "UpdateTag"]],
    ["promote to a new tag", ["promote", "--tag", "new"], ["CreateTag"]],
    ["prune", PRUNE, ["ListVersions", "ListTags", "DeleteTag", "BatchDeleteVersions", "GetOperation"]],
  ])(
    "%s",
    async (command, args, methods) => {
      for (const [index, method] of methods.entries())
        server.fail(method, index % 2 === 0 ? status.UNAVAILABLE : status.RESOURCE_EXHAUSTED, 1);
      expect(await run(...args)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(server.calls).toEqual(expect.arrayContaining([...methods]));
      if (command === "prune") expect(await there()).toEqual(NEEDED);
      expect(await pointed("latest")).toBe(digests.locked);
      if (command === "promote") expect(await pointed("prod")).toBe(digests.locked);
    },
    2 * MINUTE,
  );
});

it("what was deleted without a word of it is known to be gone: UNAVAILABLE to all who ask whether it is done", async () => {
  server.fail("GetOperation", status.UNAVAILABLE);
  expect(await run(...PRUNE)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await there()).toEqual(NEEDED);
});

describe("trouble with Artifact Registry that lasts is an error, and never an absence", () => {
  const PROMOTE = ["promote", "--tag", "prod"];

  it.each<[string, status, RegExp, readonly (readonly [string, readonly string[]])[]]>([
    [
      "UNAVAILABLE",
      status.UNAVAILABLE,
      /unavailable[^]*Nothing was taken for absent/,
      [
        ["GetTag", PROMOTE],
        ["ListVersions", PRUNE],
      ],
    ],
    [
      "RESOURCE_EXHAUSTED",
      status.RESOURCE_EXHAUSTED,
      /resource exhausted[^]*--lookup-concurrency/,
      [
        ["GetVersion", PROMOTE],
        ["ListTags", PRUNE],
      ],
    ],
    [
      "PERMISSION_DENIED",
      status.PERMISSION_DENIED,
      /permission denied[^]*Ask for the role/,
      [
        ["ListTags", ["tags"]],
        ["GetTag", PROMOTE],
        ["GetVersion", PROMOTE],
        ["ListVersions", PRUNE],
        ["ListTags", PRUNE],
      ],
    ],
  ])(
    "%s to what only looks: nothing is moved, nothing deleted",
    async (_, code, words, questions) => {
      for (const [method, args] of questions) {
        server.fail(method, code);
        const ran = await run(...args);
        expect([method, ran]).toEqual([
          method,
          { exitCode: 1, stdout: "", stderr: expect.stringMatching(words) },
        ]);
        server.recover();
      }
      expect(server.calls.filter((call) => /^(?:Update|Create|Delete|Batch)/.test(call))).toEqual([]);
      expect(await there()).toEqual(ALL);
      expect(await pointed("prod")).toBe(digests.tagged);
    },
    3 * MINUTE,
  );

  it.each<[string, status]>([
    ["UNAVAILABLE", status.UNAVAILABLE],
    ["PERMISSION_DENIED", status.PERMISSION_DENIED],
  ])(
    "%s to what moves a tag: it is where it was, and moved when it is run again",
    async (_, code) => {
      server.fail("UpdateTag", code);
      expect(await run("promote", "--tag", "prod")).toMatchObject({ exitCode: 1, stdout: "" });
      expect(await pointed("prod")).toBe(digests.tagged);
      server.recover();
      expect(await run("promote", "--tag", "prod")).toMatchObject({ exitCode: 0 });
      expect(await pointed("prod")).toBe(digests.locked);
    },
    2 * MINUTE,
  );

  it.each<[string, string, status, number]>([
    ["PERMISSION_DENIED to the second tag that is deleted", "DeleteTag", status.PERMISSION_DENIED, 1],
    ["PERMISSION_DENIED to what deletes", "BatchDeleteVersions", status.PERMISSION_DENIED, 0],
    ["RESOURCE_EXHAUSTED to what deletes", "BatchDeleteVersions", status.RESOURCE_EXHAUSTED, 0],
    ["PERMISSION_DENIED to who asks whether it is done", "GetOperation", status.PERMISSION_DENIED, 0],
    ["INTERNAL while it is deleted", "operation", status.INTERNAL, 0],
  ])(
    "%s: what is needed stays, and the rest goes when it is run again",
    async (_, method, code, skipped) => {
      server.fail(method, code, Infinity, skipped);
      expect(await run(...PRUNE)).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(/Artifact Registry refused to delete/),
      });
      expect(await there()).toMatchObject({ locked: true, tagged: true });
      expect(await pointed("latest")).toBe(digests.locked);
      expect(await pointed("prod")).toBe(digests.tagged);
      server.recover();
      expect(await run(...PRUNE)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await there()).toEqual(NEEDED);
      expect(await pointed("latest")).toBe(digests.locked);
    },
    2 * MINUTE,
  );
});
