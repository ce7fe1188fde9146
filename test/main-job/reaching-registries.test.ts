import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { issueCertificates } from "../support/certificates.ts";
import { startHttpProxy, type HttpProxy } from "../support/http-proxy.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-images.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository } from "../support/repository.ts";

const HUB = "registry-1.docker.io";
const SECRET = "a-password-for-the-proxy";

let folder: string;
let registry: LocalRegistry;
/** Docker Hub, which wants a login, and a registry without TLS; nobody is there but by the proxy. */
let hub: LocalRegistry;
let proxy: HttpProxy;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proxies-"));
  registry = await startRegistry();
  const tls = await issueCertificates([HUB]);
  hub = await startRegistry({ tls, login: true, data: registry.data });
  const places = new Map([
    [`${HUB}:443`, hub.host],
    ["registry.example:5000", registry.host],
  ]);
  proxy = await startHttpProxy({ places, login: `tester:${SECRET}` });
  const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  await writeFile(join(folder, "ca.pem"), tls.ca);
  const auths = { "https://index.docker.io/v1/": { auth }, [hub.host]: { auth } };
  await writeFile(join(folder, "config.json"), JSON.stringify({ auths }));
  environment = {
    ...GIT_ENVIRONMENT,
    DOCKER_HOST: "unix:///nowhere/docker.sock",
    DOCKER_CONFIG: folder,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    NO_COLOR: "1",
    ...bothBy(proxy.host, SECRET),
  };
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all([hub.stop(), registry.stop()]);
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  proxy.asked.length = 0;
});

function bothBy(host: string, password: string) {
  const url = `http://tester:${password}@${host}`;
  return { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: "" };
}

/** Runs a command where the only image is `team/app` of a registry. */
async function run(
  host: string,
  command: readonly string[],
  changes: Readonly<Record<string, string>> = {},
  digest = `sha256:${"a".repeat(64)}`,
  registries: object = { "registry.example:5000": { http: true } },
) {
  const prefix = `${host}/team`;
  const repository = await makeRepository({
    "images.config.json": JSON.stringify({
      registry: prefix,
      images: { app: {} },
      registries,
    }),
    "images.lock.json": JSON.stringify({
      version: 1,
      images: { app: { repository: `${prefix}/app`, digest } },
    }),
    "dockerfiles/app.Dockerfile": "FROM scratch\n",
  });
  try {
    const ran = await manageImages(repository.folder, command, { ...environment, ...changes });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    return ran;
  } finally {
    await repository.remove();
  }
}

describe("registries are reached by the proxies that variables name", () => {
  it("Docker Hub, by its own address and with its own login, through a tunnel", async () => {
    const digest = await pushImage(registry, "team/app", { platform: "linux/amd64" }, "latest");
    const moved = await run("docker.io", ["promote", "--tag", "prod"], {}, digest);
    expect(moved).toMatchObject({ exitCode: 0, stderr: "" });
    const { exitCode, stdout } = await run("docker.io", ["tags"], {}, digest);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^app +prod +${digest.slice(0, 19)} +as in the lockfile$`, "m"));
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HUB}:443`]));
  });

  it("one without TLS, without a tunnel", async () => {
    await pushImage(registry, "team/app", { platform: "linux/amd64" }, "latest");
    expect(await run("registry.example:5000", ["tags"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(proxy.asked).toContain("GET http://registry.example:5000/v2/team/app/tags/list?n=1000");
  });

  it("a copy from one to the other, layers and all", async () => {
    const made = { platform: "linux/amd64", layers: [2_000_000] };
    const digest = await pushImage(registry, "team/app", made, "latest");
    const args = ["promote", "--to", "docker.io/public", "--tag", "1.0"];
    const copied = await run("registry.example:5000", args, {}, digest);
    expect(copied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1.0") });
    const { headers } = await fetch(`${registry.url}/v2/public/app/manifests/1.0`, {
      method: "HEAD",
      headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
    });
    expect(headers.get("docker-content-digest")).toBe(digest);
  });

  it("but this machine's are not, nor what is excluded", async () => {
    await pushImage(registry, "team/app", { platform: "linux/amd64" }, "latest");
    expect(await run(registry.host, ["tags"])).toMatchObject({ exitCode: 0, stderr: "" });
    const excluded = await run("r.invalid", ["tags"], { NO_PROXY: "invalid" });
    expect(excluded).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/r\.invalid did not answer for \S+: E/),
    });
    expect(proxy.asked).toEqual([]);
  });
});

it("a registry with an authority of its own is reached where the configuration names that", async () => {
  const digest = await pushImage(registry, "team/app", { platform: "linux/amd64" }, "latest");
  const strange = { NODE_EXTRA_CA_CERTS: "" };
  const registries = { [hub.host]: { ca: join(folder, "ca.pem") } };
  const known = await run(hub.host, ["promote", "--tag", "stage"], strange, digest, registries);
  expect(known).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await run(hub.host, ["tags"], strange, digest, { [hub.host]: { http: false } })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/did not answer .*CERT|did not answer .*SIGNATURE/),
  });
});

describe("a proxy that does not do what it is asked for is named", () => {
  it.each<[string, () => Readonly<Record<string, string>>, RegExp]>([
    [
      "because it is not there",
      () => bothBy("127.0.0.1:9", SECRET),
      /docker\.io did not answer for \S+ by way of the proxy 127\.0\.0\.1:9: ECONNREFUSED/,
    ],
    ["because it wants another login", () => bothBy(proxy.host, "wrong"), /by way of the proxy \S+: .*407/],
    [
      "because it is none",
      () => ({ HTTPS_PROXY: `ftp://${SECRET}@r.example` }),
      /^error: HTTPS_PROXY is no address/,
    ],
  ])("%s", async (_, variables, words) => {
    const ran = await run("docker.io", ["tags"], variables());
    expect(ran).toMatchObject({ stdout: "", stderr: expect.stringMatching(words) });
    expect([1, 2]).toContain(ran.exitCode);
  });

  it("because it does not get there", async () => {
    const ran = await run("nowhere.example", ["tags"]);
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/nowhere\.example .*by way of the proxy .*502/),
    });
  });
});
