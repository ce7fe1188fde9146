import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findEngineAddress } from "../../../src/adapters/engine/engine-address.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "home-"));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(join(home, path, ".."), { recursive: true });
  await writeFile(join(home, path), content);
}

async function writeContext(name: string, host: string): Promise<string> {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = { Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
  await write(`.docker/contexts/meta/${id}/meta.json`, JSON.stringify(meta));
  return id;
}

describe("DOCKER_HOST", () => {
  it.each([
    {
      host: "unix:///run/engine.sock",
      name: "unix:///run/engine.sock",
      options: { socketPath: "/run/engine.sock", host: "" },
    },
    {
      host: "tcp://10.0.0.1",
      name: "tcp://10.0.0.1:2375",
      options: { host: "10.0.0.1", port: "2375", protocol: "http" },
    },
    {
      host: "tcp://build:99",
      name: "tcp://build:99",
      options: { host: "build", port: "99", protocol: "http" },
    },
  ])("may be $host", async ({ host, name, options }) => {
    await expect(findEngineAddress({ DOCKER_HOST: host, HOME: home })).resolves.toMatchObject({
      name,
      options,
    });
  });

  it("is spoken to with TLS and the user's certificates if DOCKER_TLS_VERIFY says so", async () => {
    for (const name of ["ca", "cert", "key"]) await write(`certificates/${name}.pem`, name);
    const environment = {
      DOCKER_HOST: "tcp://build:2376",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: join(home, "certificates"),
    };
    const { options } = await findEngineAddress(environment);
    const certificates = { ca: Buffer.from("ca"), cert: Buffer.from("cert"), key: Buffer.from("key") };
    expect(options).toMatchObject({ protocol: "https", ...certificates });
  });

  it.each([
    { host: "ssh://me@build", remedy: /ssh -nNT -L/ },
    { host: "nonsense", remedy: /DOCKER_HOST/ },
  ])("that cannot be used is an error with a remedy: $host", async ({ host, remedy }) => {
    await expect(findEngineAddress({ DOCKER_HOST: host })).rejects.toMatchObject({
      name: "UserError",
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe("a Docker context", () => {
  it("is taken from the configuration", async () => {
    await writeContext("desktop", "unix:///desktop.sock");
    await write(".docker/config.json", '{"currentContext":"desktop"}');
    await expect(findEngineAddress({ HOME: home })).resolves.toMatchObject({ name: "unix:///desktop.sock" });
  });

  it("of the environment comes first, with its own certificates", async () => {
    const id = await writeContext("remote", "tcp://remote:2376");
    await write(`.docker/contexts/tls/${id}/docker/ca.pem`, "its own");
    await write(".docker/config.json", '{"currentContext":"desktop"}');
    const { name, options } = await findEngineAddress({ HOME: home, DOCKER_CONTEXT: "remote" });
    expect(name).toBe("tcp://remote:2376");
    expect(options).toMatchObject({ protocol: "https", ca: Buffer.from("its own") });
  });

  it("is set aside by DOCKER_HOST", async () => {
    const environment = { HOME: home, DOCKER_CONTEXT: "none", DOCKER_HOST: "unix:///x" };
    await expect(findEngineAddress(environment)).resolves.toMatchObject({ name: "unix:///x" });
  });

  it("that does not exist is an error", async () => {
    await expect(findEngineAddress({ HOME: home, DOCKER_CONTEXT: "none" })).rejects.toThrow(
      'There is no Docker context "none".',
    );
  });
});

it("without either it is one of the sockets that engines have", async () => {
  await write("run/docker.sock", "");
  const { name } = await findEngineAddress({ HOME: home, XDG_RUNTIME_DIR: join(home, "run") });
  expect(["unix:///var/run/docker.sock", `unix://${join(home, "run/docker.sock")}`]).toContain(name);
});
