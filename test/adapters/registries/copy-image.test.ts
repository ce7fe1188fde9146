import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FindCredentials } from "../../../src/adapters/credentials/credentials.ts";
import { openClient, type ClientSettings } from "../../../src/adapters/registries/client.ts";
import { openCopier } from "../../../src/adapters/registries/copy-image.ts";
import { openDistribution } from "../../../src/adapters/registries/distribution.ts";
import type { CopyProgress } from "../../../src/model/copy.ts";
import { parseDigest, type Digest } from "../../../src/model/digest.ts";
import { createLimit } from "../../../src/schedule/create-limit.ts";
import { issueCertificates } from "../../support/certificates.ts";
import { pushIndex } from "../../support/push-images.ts";
import { startRegistryProxy, type Fault } from "../../support/registry-proxy.ts";
import { LOGIN, startRegistry, type LocalRegistry } from "../../support/registry.ts";
import { startTokenServer } from "../../support/token-server.ts";

const LARGE = 500_000;
const PLATFORMS = ["linux/amd64", "linux/arm64", "unknown/unknown"];

const tester: FindCredentials = () =>
  Promise.resolve({ kind: "password", username: LOGIN.user, password: LOGIN.password });

const endings: (() => Promise<void>)[] = [];
let source: LocalRegistry;
let digest: Digest;
beforeAll(async () => {
  source = await startRegistry();
  endings.push(source.stop);
  const images = PLATFORMS.map((platform, index) => ({ platform, layers: [LARGE, 100 + index] }));
  const pushed = parseDigest(await pushIndex(source, "source/app", images, "latest"));
  if (pushed === undefined) throw new Error("no digest");
  digest = pushed;
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** Copies to two repositories of a registry, one after the other; what each took, and the digest that the second has. */
async function copyTwice(host: string, settings: ClientSettings = {}, patience?: number) {
  const client = openClient(tester, settings);
  const copy = openCopier(client, createLimit(4), patience);
  const took: CopyProgress[] = [];
  for (const target of [`${host}/one/app`, `${host}/two/app`]) {
    let last: CopyProgress | undefined;
    const tell = (progress: CopyProgress) => {
      last = progress;
    };
    await copy({ name: `${source.host}/source/app`, digest }, target, tell, new AbortController().signal);
    if (last !== undefined) took.push(last);
  }
  const registry = openDistribution(client);
  const sizes = await registry.sizes(`${host}/two/app`, digest);
  return {
    took,
    there: await registry.resolve({ name: `${host}/two/app`, digest }),
    sizes: [...sizes.keys()],
  };
}

async function holds(host: string, settings?: ClientSettings): Promise<void> {
  const { took, there, sizes } = await copyTwice(host, settings);
  expect(there).toBe(digest);
  expect(sizes.toSorted()).toEqual(["linux/amd64", "linux/arm64"]);
  const [first, second] = took;
  expect(first).toMatchObject({ mounted: 0, there: 0, sent: first?.total });
  expect(second).toMatchObject({ sent: 0, there: 0, mounted: second?.total });
}

describe("end-4a, end-6, end-7, end-11: an index is sent to one repository and mounted for the next", () => {
  it("without authentication", async () => {
    const registry = await startRegistry();
    endings.push(registry.stop);
    await holds(registry.host);
  });

  it("with basic authentication", async () => {
    const registry = await startRegistry({ login: true });
    endings.push(registry.stop);
    await holds(registry.host);
  });

  it("with a token server, which is asked to let it read the other repository", async () => {
    const certificates = await issueCertificates();
    const { auth, scopes, stop } = await startTokenServer(certificates);
    endings.push(stop);
    const registry = await startRegistry({ tokens: { auth, certificates } });
    endings.push(registry.stop);
    await holds(registry.host);
    expect(scopes).toContain("repository:one/app:pull");
  });

  it("with TLS and an authority of its own", async () => {
    const tls = await issueCertificates();
    const folder = await mkdtemp(join(tmpdir(), "certificates-"));
    endings.push(() => rm(folder, { recursive: true }));
    const ca = join(folder, "ca.pem");
    await writeFile(ca, tls.ca);
    const registry = await startRegistry({ tls });
    endings.push(registry.stop);
    const hosts = new Map([[registry.host, { ca }]]);
    await holds(registry.host, { transport: { hosts, certificateFolders: [] } });
  });
});

describe("a registry that is not well", () => {
  /** The same with something wrong. */
  async function behind(fault: Fault, patience?: number) {
    const registry = await startRegistry();
    endings.push(registry.stop);
    const proxy = await startRegistryProxy(registry.host, fault);
    endings.push(proxy.stop);
    return copyTwice(proxy.host, {}, patience);
  }

  it("and takes no more of a layer is given up, and tried again", async () => {
    let silences = 2;
    const { there } = await behind(
      ({ method, path }) =>
        method === "PUT" && path.includes("/blobs/") && silences-- > 0 ? "silence" : undefined,
      1000,
    );
    expect(there).toBe(digest);
    await expect(
      behind(({ method }) => (method === "PUT" ? "silence" : undefined), 20),
    ).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/did not answer .* took too long/),
    });
  });

  it("and does not mount is sent everything", async () => {
    const { there, took } = await behind(({ method, path }) =>
      method === "POST" && path.includes("mount=") ? { status: 403 } : undefined,
    );
    expect(there).toBe(digest);
    expect(took[1]).toMatchObject({ mounted: 0, sent: took[1]?.total });
  });

  it("and calls a manifest something else is an error", async () => {
    const other = `sha256:${"f".repeat(64)}`;
    const copied = behind(({ method, path }) =>
      method === "PUT" && path.includes("/manifests/")
        ? { headers: { "docker-content-digest": other } }
        : undefined,
    );
    await expect(copied).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(other),
    });
  });
});
