/**
 * What it takes to bring the references to 20 images, and to 500, in a repository of 12,000 files to other digests: beside a
 * `git grep` for digests and the start of Node.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runUntilSignal } from "./run-program.ts";
import { commitAll, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { inMilliseconds, median, time, type Place } from "./timing.ts";

const FILES = 12_000;
const REFERRING = 80;
const ROUNDS = 9;
const REGISTRY = "registry.example/ours";
const OURS = [process.execPath, join(PROJECT, "dist/cli/bin.js"), "--only-references", "--no-commit"];

process.exitCode = await runUntilSignal(bench);

async function bench(signal: AbortSignal): Promise<void> {
  console.log(`${REFERRING} of ${FILES} files refer to images. Median of ${ROUNDS} runs:\n`);
  const grep = await benchImages(20, ["git", "grep", "-lIF", "sha256:"], signal);
  const node = await benchImages(20, [process.execPath, "--eval", "0"], signal);
  const few = await benchImages(20, OURS, signal);
  const many = await benchImages(500, OURS, signal);
  console.log(`git grep ${inMilliseconds(grep)}, Node's start ${inMilliseconds(node)}`);
  console.log(
    `manage-images --only-references: 20 images ${inMilliseconds(few)}, 500 ${inMilliseconds(many)}`,
  );
  console.log(
    `of git grep and Node: ${(few / (grep + node)).toFixed(2)}; of 500 to 20: ${(many / few).toFixed(2)}\n`,
  );
}

/** The seconds that a command takes in a repository where each reference is to be rewritten. */
async function benchImages(images: number, command: readonly string[], signal: AbortSignal): Promise<number> {
  const folder = await createRepository(images);
  const place: Place = { folder, environment: { ...process.env, ...GIT_ENVIRONMENT }, signal };
  const seconds: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      seconds.push(await time(command, place));
      await time(["git", "checkout", "--quiet", "."], place);
    }
  } finally {
    // git may still be tidying up.
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
  return median(seconds);
}

/** Images that all lie in one Dockerfile's stages, so that it is references alone that are many. */
async function createRepository(images: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const names = Array.from({ length: images }, (_, index) => `image-${index}`);
  const files = new Map<string, string>();
  for (let file = 0; file < FILES - REFERRING; file++)
    files.set(`src/${file % 200}/${file}.txt`, `This is file ${file}.\n`.repeat(20));
  for (let file = 0; file < REFERRING; file++)
    files.set(
      `deploy/${file}.yaml`,
      referring(names.filter((_, index) => index % REFERRING === file % images)),
    );
  files.set("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
  const configuration = {
    registry: REGISTRY,
    dockerfile: "Dockerfile",
    images: Object.fromEntries(names.map((name) => [name, {}])),
  };
  files.set("images.config.json", JSON.stringify(configuration));
  const entries = names.map((name) => [name, { repository: `${REGISTRY}/${name}`, digest: digestOf(name) }]);
  files.set(
    "images.lock.json",
    `${JSON.stringify({ version: 1, images: Object.fromEntries(entries) as object }, undefined, 2)}\n`,
  );
  for (const [path, text] of files) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await commitAll(folder, "References that are to be rewritten");
  return folder;
}

function referring(names: readonly string[]): string {
  const old = `sha256:${"0".repeat(64)}`;
  return names
    .flatMap((name) => [
      `- image: ${REGISTRY}/${name}@${old}`,
      `- repository: ${REGISTRY}/${name}`,
      `  digest: ${old}`,
    ])
    .join("\n");
}

function digestOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}
