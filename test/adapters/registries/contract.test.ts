import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FindCredentials } from "../../../src/adapters/credentials/credentials.ts";
import type { ClientSettings } from "../../../src/adapters/registries/client.ts";
import { openRegistries } from "../../../src/adapters/registries/distribution.ts";
import { issueCertificates } from "../../support/certificates.ts";
import { LOGIN, startRegistry, type LocalRegistry, type RegistryOptions } from "../../support/registry.ts";
import { startTokenServer } from "../../support/token-server.ts";
import { keepsTheContract, type Guarded } from "./contract.ts";

const nobody: FindCredentials = () => Promise.resolve(undefined);
const tester: FindCredentials = () =>
  Promise.resolve({ kind: "password", username: LOGIN.user, password: LOGIN.password });

const endings: (() => Promise<void>)[] = [];
let back: LocalRegistry;
beforeAll(async () => {
  back = await startRegistry();
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
  await back.stop();
});

/** A second registry on the same data, which has the guards. */
async function guard(options: RegistryOptions): Promise<LocalRegistry> {
  const guarded = await startRegistry({ ...options, data: back.data });
  endings.push(guarded.stop);
  return guarded;
}

function behind(host: string, findCredentials: FindCredentials, settings: ClientSettings = {}): Guarded {
  const folder = host.replace(/\D/g, "-");
  return { registry: openRegistries(findCredentials, settings), prefix: `${host}/${folder}`, back, folder };
}

/** The tests of the contract for what `set up` gives. */
function contractOf(setUp: () => Promise<Guarded>): void {
  let guarded: Guarded;
  beforeAll(async () => {
    guarded = await setUp();
  });
  keepsTheContract(() => guarded);
}

describe("CNCF Distribution without authentication", () => {
  contractOf(() => Promise.resolve(behind(back.host, nobody)));
});

describe("CNCF Distribution with basic authentication", () => {
  contractOf(async () => behind((await guard({ login: true })).host, tester));
});

describe("CNCF Distribution with a token server", () => {
  let scopes: readonly string[] = [];
  contractOf(async () => {
    const certificates = await issueCertificates();
    const { auth, scopes: asked, stop } = await startTokenServer(certificates);
    endings.push(stop);
    scopes = asked;
    return behind((await guard({ tokens: { auth, certificates } })).host, tester);
  });

  it("asks for no more than it needs", () => {
    const actions = scopes.map((scope) => scope.replace(/.*:/, "").split(",").toSorted().join(","));
    expect([...new Set(actions)].toSorted()).toEqual(["delete", "pull", "pull,push"]);
  });
});

describe("CNCF Distribution with TLS and an authority of its own", () => {
  let folder: string;
  let host: string;
  let ca: string;
  contractOf(async () => {
    const tls = await issueCertificates();
    folder = await mkdtemp(join(tmpdir(), "certificates-"));
    endings.push(() => rm(folder, { recursive: true }));
    ca = join(folder, "ca.pem");
    await writeFile(ca, tls.ca);
    ({ host } = await guard({ tls }));
    const hosts = new Map([[host, { ca }]]);
    return behind(host, nobody, { transport: { hosts, certificateFolders: [] } });
  });

  it("is known by the certificates that Docker has for it, too", async () => {
    const name = `${host}/none`;
    await mkdir(join(folder, host));
    await writeFile(join(folder, host, "ca.crt"), (await issueCertificates()).ca);
    const transport = { hosts: new Map(), certificateFolders: [folder] };
    const strangers = openRegistries(nobody, { transport });
    await expect(strangers.resolve({ name })).rejects.toMatchObject({
      message: expect.stringMatching(/did not answer .*CERT|did not answer .*SIGNATURE/),
    });
    const known = await readFile(ca);
    await writeFile(join(folder, host, "ca.crt"), known);
    expect(await openRegistries(nobody, { transport }).resolve({ name })).toBeUndefined();
  });

  it("is an error with the file's name where its certificates cannot be read", async () => {
    const hosts = new Map([[host, { ca: join(folder, "none.pem") }]]);
    const registries = openRegistries(nobody, { transport: { hosts, certificateFolders: [] } });
    await expect(registries.resolve({ name: `${host}/none` })).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining("none.pem"),
    });
  });
});
