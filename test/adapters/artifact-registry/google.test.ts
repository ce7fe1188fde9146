import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openGoogle } from "../../../src/adapters/artifact-registry/google.ts";
import type { Credentials, FindCredentials } from "../../../src/adapters/credentials/credentials.ts";
import { identityForTests, IDENTITY_SECRET } from "../../support/google-identity.ts";

const DOCKERS: Credentials = { kind: "password", username: "_json_key", password: "from docker login" };
const HOST = "europe-west1-docker.pkg.dev";
const identity = identityForTests();
const nobody: FindCredentials = () => Promise.resolve(undefined);
const docker: FindCredentials = () => Promise.resolve(DOCKERS);

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "home-"));
});
afterAll(() => rm(home, { recursive: true }));

describe("the credentials for Artifact Registry", () => {
  it.each([HOST, "gcr.io", "eu.gcr.io"])("are a token of Google's, for the engine, too: %s", async (host) => {
    const google = openGoogle(identity.environment, docker);
    expect(await google.serves(host)).toBe(true);
    const credentials = await google.findCredentials(host);
    expect(credentials).toEqual({
      kind: "password",
      username: "oauth2accesstoken",
      password: identity.tokens.at(-1),
    });
  });

  it("are asked for once for as long as they are good", async () => {
    const google = openGoogle(identity.environment, nobody);
    const [first, second] = [await google.findCredentials(HOST), await google.findCredentials(HOST)];
    expect(second).toEqual(first);
  });

  it("are those of `gcloud auth application-default login`", async () => {
    await mkdir(join(home, ".config/gcloud"), { recursive: true });
    await writeFile(join(home, ".config/gcloud/application_default_credentials.json"), "{}");
    expect(await openGoogle({ HOME: home }, docker).serves(HOST)).toBe(true);
  });

  it("are Docker's where there are none of Google's", async () => {
    const google = openGoogle({ HOME: "/nowhere" }, docker);
    expect(await google.serves(HOST)).toBe(false);
    expect(await google.findCredentials(HOST)).toEqual(DOCKERS);
  });

  it("are a machine's of Google Cloud where there are no others", async () => {
    const environment = { HOME: "/nowhere", K_SERVICE: "updater" };
    expect(await openGoogle(environment, nobody).serves(HOST)).toBe(true);
    expect(await openGoogle(environment, docker).serves(HOST)).toBe(false);
  });

  it.each(["docker.io", "ghcr.io", "docker.pkg.dev.example", "notgcr.io", "localhost:5000"])(
    "are not shown to others: %s",
    async (host) => {
      const google = openGoogle(identity.environment, nobody);
      expect(await google.serves(host)).toBe(false);
      expect(await google.findCredentials(host)).toBeUndefined();
    },
  );

  it("that cannot be used are an error that says what to do, and nothing of what is in them", async () => {
    const file = join(home, "broken.json");
    await writeFile(file, `{"type":"external_account","secret":"${IDENTITY_SECRET}"`);
    const before = process.env["GOOGLE_APPLICATION_CREDENTIALS"];
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = file;
    const error = await openGoogle({ GOOGLE_APPLICATION_CREDENTIALS: file }, nobody)
      .findCredentials(HOST)
      .catch((thrown: unknown) => thrown);
    process.env["GOOGLE_APPLICATION_CREDENTIALS"] = before;
    expect(error).toMatchObject({
      name: "UserError",
      message: `There are no credentials for Google Cloud that can be used to log in to ${HOST}.`,
      remedy: expect.stringMatching(/gcloud auth application-default login/),
    });
  });
});
