/**
 * How long it takes to resolve a thousand references against a registry on this machine, and how long `curl -I` takes for the
 * same, as many at a time. Run it by `npm run bench`. It should be at most twice as long.
 */
import { execFile } from "node:child_process";
import { rm, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openRegistries } from "../src/adapters/registries/distribution.ts";
import { createLimit } from "../src/schedule/create-limit.ts";
import { pushImage } from "../test/support/push-images.ts";
import { startRegistry } from "../test/support/registry.ts";
import { inMilliseconds, median } from "./timing.ts";

const REFERENCES = 1000;
const AT_A_TIME = 16;
const TIMES = 5;

const registry = await startRegistry();
const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  const tags = Array.from({ length: REFERENCES }, (_, index) => `tag-${index}`);
  for (const tag of tags) await pushImage(registry, "app", { platform: "linux/amd64" }, tag);
  const ours = () => resolveAll(`${registry.host}/app`, tags);
  const list = join(folder, "urls");
  await writeFile(list, tags.map((tag) => `${registry.url}/v2/app/manifests/${tag}\n`).join(""));
  const theirs = () => curlAll(list);
  const [we, they] = [await medianOf(ours), await medianOf(theirs)];
  console.log(`${REFERENCES} references, ${AT_A_TIME} at a time`);
  console.log(`  manage-images      ${inMilliseconds(we)}`);
  console.log(`  xargs -P, curl -I  ${inMilliseconds(they)}`);
  console.log(`  ratio              ${(we / they).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true });
  await registry.stop();
}

async function resolveAll(name: string, tags: readonly string[]): Promise<void> {
  const registries = openRegistries(() => Promise.resolve(undefined), { limit: createLimit(AT_A_TIME) });
  const digests = await Promise.all(tags.map((tag) => registries.resolve({ name, tag })));
  if (digests.includes(undefined)) throw new Error("The registry lacks a tag.");
}

async function curlAll(list: string): Promise<void> {
  const accept = "accept: application/vnd.oci.image.manifest.v1+json";
  const curl = ["curl", "--silent", "--fail", "--head", "--output", "/dev/null", "--header", accept];
  await promisify(execFile)("xargs", ["-a", list, "-n", "1", "-P", String(AT_A_TIME), ...curl]);
}

async function medianOf(work: () => Promise<void>): Promise<number> {
  const seconds: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}
