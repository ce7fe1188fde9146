import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { startRegistryProxy } from "../support/registry-proxy.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf } from "./sample.ts";

const MINUTE = 60_000;
const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

interface Manifest {
  readonly layers: readonly { readonly size: number }[];
}

function oneImage(prefix: string, payload: Buffer): Record<string, string | Buffer> {
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { app: {} } }),
    "dockerfiles/app.Dockerfile": "FROM busybox:1.36\nCOPY payload /\n",
    payload,
  };
}

describe.each(["overlay2", "containerd"] as const)("the sizes of images (%s store)", (store) => {
  const place = placeForTests(store);
  let repository: Repository;

  afterEach(() => repository.remove());

  async function run(): Promise<{ readonly json: RunResult; readonly text: string }> {
    const ran = await place.run(repository, "--image", "all", "--metadata-file", ".git/result.json");
    expect(ran).toMatchObject({ exitCode: 0 });
    return {
      json: JSON.parse((await repository.read(".git/result.json")).toString()) as RunResult,
      text: ran.stdout,
    };
  }

  /** The layers' bytes, as the registry itself says. */
  async function bytesOf(digest: string | undefined, path: string): Promise<number> {
    const accept = `${MANIFEST}, application/vnd.oci.image.manifest.v1+json`;
    const answer = await fetch(`${place.registry.url}/v2/${path}/manifests/${digest ?? ""}`, {
      headers: { accept },
    });
    const { layers } = (await answer.json()) as Manifest;
    return layers.reduce((sum, { size }) => sum + size, 0);
  }

  it(
    "are in a run's results, with those before, as the registry has them",
    async () => {
      const prefix = prefixOf(place.registry.host, "sizes");
      repository = await makeRepository(oneImage(prefix, randomBytes(10_000)));
      const first = await run();
      const small = await bytesOf(first.json.images["app"]?.digest, "sizes/app");
      expect(small).toBeGreaterThan(10_000);
      expect(first.json.images["app"]?.sizes).toEqual({ "linux/amd64": { bytes: small } });
      expect(first.text).toMatch(/^IMAGE .* SIZE$/m);
      expect(first.text).toMatch(/^app .* [\d.]+ [kM]B$/m);

      await repository.write({ payload: randomBytes(110_000) });
      const second = await run();
      const large = await bytesOf(second.json.images["app"]?.digest, "sizes/app");
      expect(second.json.images["app"]?.sizes).toEqual({ "linux/amd64": { bytes: large, previous: small } });
      expect(second.text).toMatch(/^app .* [\d.]+ MB \(\+100 kB\)$/m);
    },
    2 * MINUTE,
  );

  it(
    "that the registry does not say are no failure",
    async () => {
      const proxy = await startRegistryProxy(place.registry.host, ({ method, path }) =>
        method === "GET" && path.includes("/manifests/") ? { status: 500 } : undefined,
      );
      try {
        repository = await makeRepository(oneImage(`${proxy.host}/no-sizes`, randomBytes(10)));
        const { json, text } = await run();
        expect(json.images["app"]).toMatchObject({ outcome: "built", pushed: true });
        expect(json.images["app"]).not.toHaveProperty("sizes");
        expect(json.notices).toMatchObject([{ kind: "no-sizes", images: ["app"] }]);
        expect(text).toMatch(/^note: the sizes of app are not known: .*500/m);
        expect(json.commit).toMatch(/^[0-9a-f]{40}$/);
      } finally {
        await proxy.stop();
      }
    },
    2 * MINUTE,
  );
});
