import { status, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openArtifactRegistry } from "../../../src/adapters/artifact-registry/artifact-registry.ts";
import { openGoogle } from "../../../src/adapters/artifact-registry/google.ts";
import { openClient } from "../../../src/adapters/registries/client.ts";
import type { Digest } from "../../../src/model/digest.ts";
import type { Registry } from "../../../src/ports.ts";
import { startArtifactRegistry, type ArtifactRegistryServer } from "../../support/artifact-registry.ts";
import { identityForTests } from "../../support/google-identity.ts";
import { pushImage } from "../../support/push-images.ts";
import { startRegistry, type LocalRegistry } from "../../support/registry.ts";
import { keepsTheContract } from "../registries/contract.ts";

const HOST = "us-docker.pkg.dev";
const FOLDER = "acme/images";
const REPOSITORY = "projects/acme/locations/us/repositories/images";
const APP = `${HOST}/${FOLDER}/app`;
const nobody = () => Promise.resolve(undefined);

const identity = identityForTests();

let back: LocalRegistry;
let server: ArtifactRegistryServer;
let registry: Registry;
let digest: Digest;

beforeAll(async () => {
  back = await startRegistry();
  server = await startArtifactRegistry(back, [REPOSITORY]);
  const api = { apiEndpoint: "127.0.0.1", port: server.port, sslCreds: credentials.createInsecure() };
  const google = openGoogle(identity.environment, nobody, api);
  const client = openClient(google.findCredentials);
  const transport = { ...client.transport, originOf: () => Promise.resolve(back.url) };
  registry = await openArtifactRegistry(google, { ...client, transport });
  digest = (await pushImage(back, `${FOLDER}/app`, { platform: "linux/amd64" }, "1.0")) as Digest;
});
afterAll(async () => {
  await server.stop();
  await back.stop();
});
beforeEach(() => {
  server.calls.length = 0;
});

describe("Artifact Registry", () => {
  keepsTheContract(() => ({ registry, prefix: `${HOST}/${FOLDER}`, back, folder: FOLDER }));

  it("lists what has no tag, too", async () => {
    const name = "untagged";
    const one = await pushImage(back, `${FOLDER}/${name}`, { platform: "linux/amd64", mark: "1" });
    const two = await pushImage(back, `${FOLDER}/${name}`, { platform: "linux/amd64", mark: "2" }, "2");
    const versions = await registry.versions(`${HOST}/${FOLDER}/${name}`);
    expect(versions?.map((each) => [each.digest, each.tags])).toEqual(
      [
        [one, []],
        [two, ["2"]],
      ].toSorted(),
    );
  });

  it("lists page after page", async () => {
    const name = "many";
    const tags = Array.from({ length: 8 }, (_, index) => `tag-${index}`);
    for (const tag of tags)
      await pushImage(back, `${FOLDER}/${name}`, { platform: "linux/amd64", mark: tag }, tag);
    expect(await registry.versions(`${HOST}/${FOLDER}/${name}`)).toHaveLength(8);
    const count = (method: string) => server.calls.filter((call) => call === method).length;
    expect([count("ListVersions"), count("ListTags")]).toEqual([3, 3]);
  });

  it("does not move a tag that is right", async () => {
    await registry.tag(APP, digest, "1.0");
    expect(server.calls).not.toContain("UpdateTag");
    expect(server.calls).not.toContain("CreateTag");
  });

  it("deletes by operations that take a while", async () => {
    const name = `${FOLDER}/deleted`;
    const gone = (await pushImage(back, name, { platform: "linux/amd64", mark: "gone" }, "old")) as Digest;
    await registry.delete(`${HOST}/${name}`, [gone]);
    expect(server.calls.filter((call) => call === "GetOperation").length).toBeGreaterThan(1);
    expect(await registry.versions(`${HOST}/${name}`)).toEqual([]);
  });
});

describe("a repository of Artifact Registry", () => {
  const other = `${HOST}/acme/other/app`;
  const resource = "projects/acme/locations/us/repositories/other";

  it("is pushed to where it is there", async () => {
    await registry.prepare(APP, { create: false });
    await registry.prepare(APP, { create: true });
    expect(server.calls).not.toContain("CreateRepository");
  });

  it("is an error where it is not, which says how it is made", async () => {
    await expect(registry.prepare(other, { create: false })).rejects.toMatchObject({
      name: "UserError",
      message: "There is no repository other in us of the project acme.",
      remedy: expect.stringMatching(
        /--create-repository[^]*gcloud artifacts repositories create other --project=acme/,
      ),
    });
    expect(server.repositories.has(resource)).toBe(false);
  });

  it("is made where that is wanted", async () => {
    await registry.prepare(other, { create: true });
    expect(server.repositories.has(resource)).toBe(true);
  });
});

describe("trouble with Artifact Registry", () => {
  it.each([
    ["UNAVAILABLE", status.UNAVAILABLE],
    ["RESOURCE_EXHAUSTED", status.RESOURCE_EXHAUSTED],
  ])("that passes, %s, only makes it longer", async (_, code) => {
    server.fail("GetTag", code, 2);
    expect(await registry.resolve({ name: APP, tag: "1.0" })).toBe(digest);
    expect(server.calls.filter((call) => call === "GetTag")).toHaveLength(3);
  });

  it.each([
    ["PERMISSION_DENIED", status.PERMISSION_DENIED, /permission denied/, /role/],
    ["UNAUTHENTICATED", status.UNAUTHENTICATED, /unauthenticated/, /gcloud auth application-default login/],
    ["INTERNAL", status.INTERNAL, /status 13/, /Nothing was taken for absent/],
  ])("is an error and not an absence: %s", async (_, code, message, remedy) => {
    const questions: [method: string, ask: () => Promise<unknown>][] = [
      ["GetTag", () => registry.resolve({ name: APP, tag: "1.0" })],
      ["GetVersion", () => registry.resolve({ name: APP, digest })],
      ["ListTags", () => registry.tags(APP)],
      ["ListVersions", () => registry.versions(APP)],
      ["CreateTag", () => registry.tag(APP, digest, `new-${code}`)],
      ["BatchDeleteVersions", () => registry.delete(APP, [digest])],
      ["GetRepository", () => registry.prepare(`${HOST}/acme/third/app`, { create: true })],
    ];
    for (const [method, ask] of questions) {
      server.fail(method, code);
      await expect(ask()).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      });
      server.fail(method, code, 0);
    }
  });

  it("that lasts is an error: RESOURCE_EXHAUSTED", async () => {
    server.fail("GetTag", status.RESOURCE_EXHAUSTED);
    await expect(registry.resolve({ name: APP, tag: "1.0" })).rejects.toMatchObject({
      name: "UserError",
      remedy: expect.stringMatching(/--lookup-concurrency/),
    });
    server.fail("GetTag", status.OK, 0);
  }, 60_000);

  it("is waited for no longer than it is wanted", async () => {
    const stop = new AbortController();
    server.fail("GetTag", status.UNAVAILABLE);
    const answer = registry.resolve({ name: APP, tag: "1.0" }, stop.signal);
    stop.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
    server.fail("GetTag", status.OK, 0);
  });
});
