import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Credentials } from "../../../src/adapters/credentials/credentials.ts";
import {
  DOCKER_HUB,
  dockerCredentials,
  formatAuthConfig,
  redact,
} from "../../../src/adapters/credentials/docker-credentials.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "docker-config-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const auth = Buffer.from("me:pass:word").toString("base64");
const known: Credentials = { kind: "password", username: "me", password: "pass:word" };

/** Looks up a registry's credentials in a `config.json`, with programs on the `PATH`. */
async function lookUp(
  config: string | object,
  registry: string,
  programs: Readonly<Record<string, string>> = {},
) {
  await writeFile(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  await mkdir(join(folder, "bin"));
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, "bin", name), 0o755);
  }
  const PATH = `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  return dockerCredentials({ DOCKER_CONFIG: folder, PATH })(registry);
}

describe("config.json", () => {
  it.each([
    { says: "name and password", entry: { auth }, credentials: known },
    {
      says: "a password padded by zero bytes",
      entry: { auth: Buffer.from("me:pass:word\0\0").toString("base64") },
      credentials: known,
    },
    { says: "them in clear", entry: { username: "me", password: "pass:word" }, credentials: known },
    {
      says: "an identity token",
      entry: { auth, identitytoken: "it" },
      credentials: { kind: "identity", token: "it" },
    },
    {
      says: "a registry token",
      entry: { registrytoken: "rt" },
      credentials: { kind: "bearer", token: "rt" },
    },
    { says: "nothing", entry: {}, credentials: undefined },
  ])("may hold $says", async ({ entry, credentials }) => {
    await expect(lookUp({ auths: { "ghcr.io": entry } }, "ghcr.io")).resolves.toEqual(credentials);
  });

  it.each([
    { key: DOCKER_HUB, registry: "docker.io" },
    { key: DOCKER_HUB, registry: "registry-1.docker.io" },
    { key: "localhost:5000", registry: "localhost:5000" },
    { key: "https://ghcr.io/v1/", registry: "ghcr.io" },
  ])("is asked for $registry by the key $key", async ({ key, registry }) => {
    await expect(lookUp({ auths: { [key]: { auth } } }, registry)).resolves.toEqual(known);
  });

  it("has nothing for another registry", async () => {
    await expect(lookUp({ auths: { "ghcr.io": { auth } } }, "ghcr.io.example")).resolves.toBeUndefined();
  });

  it("may be missing", async () => {
    await expect(
      dockerCredentials({ DOCKER_CONFIG: join(folder, "none") })("ghcr.io"),
    ).resolves.toBeUndefined();
  });

  it.each(['{"auths": {"ghcr.io": {"auth": "secret', "[1]", '{"auths": ["secret"]}'])(
    "that is broken is named, and not shown: %s",
    async (config) => {
      const error = await lookUp(config, "ghcr.io").catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: "UserError",
        message: expect.stringContaining(join(folder, "config.json")),
      });
      expect(String(error)).not.toContain("secret");
    },
  );
});

describe("a credential helper", () => {
  const answering = (username: string) =>
    `cat > "${folder}/asked"; echo '{"Username":"${username}","Secret":"s"}'`;

  it("is asked by the registry's name", async () => {
    const helper = `read server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"`;
    const config = { credHelpers: { "ghcr.io": "sample" }, credsStore: "other" };
    const credentials = await lookUp(config, "ghcr.io", { "docker-credential-sample": helper });
    expect(credentials).toEqual({ kind: "password", username: "ghcr.io", password: "s" });
  });

  it("may answer with a token", async () => {
    const credentials = await lookUp({ credsStore: "sample" }, "docker.io", {
      "docker-credential-sample": answering("<token>"),
    });
    expect(credentials).toEqual({ kind: "identity", token: "s" });
  });

  it("may have none", async () => {
    const helper = "echo credentials not found in native keychain; exit 1";
    const credentials = await lookUp({ credsStore: "sample" }, "ghcr.io", {
      "docker-credential-sample": helper,
    });
    expect(credentials).toBeUndefined();
  });

  it.each([
    {
      case: "fails",
      programs: { "docker-credential-sample": "echo the-secret; echo the-secret >&2; exit 1" },
    },
    { case: "answers nonsense", programs: { "docker-credential-sample": "echo the-secret" } },
    { case: "is not installed", programs: {} },
  ])("that $case is named, and its output not shown", async ({ programs }) => {
    const error = await lookUp({ credsStore: "sample" }, "ghcr.io", programs).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      name: "UserError",
      message: expect.stringContaining("docker-credential-sample gave no credentials for ghcr.io"),
    });
    expect(String(error)).not.toContain("the-secret");
  });
});

it.each([
  { credentials: undefined, config: {} },
  { credentials: known, config: { username: "me", password: "pass:word", serveraddress: DOCKER_HUB } },
  {
    credentials: { kind: "identity", token: "it" } as const,
    config: { identitytoken: "it", serveraddress: DOCKER_HUB },
  },
  {
    credentials: { kind: "bearer", token: "rt" } as const,
    config: { registrytoken: "rt", serveraddress: DOCKER_HUB },
  },
])("the engine is given $credentials.kind credentials in its own form", ({ credentials, config }) => {
  expect(formatAuthConfig(credentials, "docker.io")).toEqual(config);
});

it("a secret is cut out of what others say", () => {
  expect(redact("wrong password pass:word for me", known)).toBe("wrong password *** for me");
});
