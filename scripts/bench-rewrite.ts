/**
 * What it takes to bring the references to 20 images, and to 500, in a repository of 12,000 files to other digests: beside a
 * `git grep` for digests and the start of Node. The files and the references in them are as many for both. The pass alone
 * is what finds, reads, changes and writes the files, within a process that runs already; the whole program also starts,
 * reads its configuration and writes so that nothing is lost when it is killed.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckout } from "../src/adapters/git/open-checkout.ts";
import type { Digest } from "../src/model/digest.ts";
import { referenceOwner } from "../src/references/own-references.ts";
import { rewritePins } from "../src/references/rewrite-pins.ts";
import { createScanner, MARKS } from "../src/references/scanner.ts";
import { runUntilSignal } from "./run-program.ts";
import { commitAll, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { inMilliseconds, median, time, type Place } from "./timing.ts";

const FILES = 12_000;
const REFERRING = 80;
const REFERENCES = 14;
const ROUNDS = 9;
const REGISTRY = "registry.example/ours";
const OURS = [process.execPath, join(PROJECT, "dist/cli/bin.js"), "--only-references", "--no-commit"];

const NAMED = { tags: [], digests: [] };
const NOTHING = new Uint8Array();

process.exitCode = await runUntilSignal(bench);

async function bench(signal: AbortSignal): Promise<void> {
  console.log(`${REFERRING} of ${FILES} files refer to images. Median of ${ROUNDS} runs:\n`);
  const grep = await benchImages(20, ["git", "grep", "-lIF", "sha256:"], signal);
  const node = await benchImages(20, [process.execPath, "--eval", "0"], signal);
  console.log(`git grep ${inMilliseconds(grep)}, Node's start ${inMilliseconds(node)}`);
  const tell = (what: string, few: number, many: number) => {
    console.log(`${what}: 20 images ${inMilliseconds(few)}, 500 ${inMilliseconds(many)};`);
    console.log(
      `of git grep and Node ${(few / (grep + node)).toFixed(2)}; 500 to 20 ${(many / few).toFixed(2)}`,
    );
  };
  tell("The pass alone", await benchImages(20, pass, signal), await benchImages(500, pass, signal));
  tell("--only-references", await benchImages(20, OURS, signal), await benchImages(500, OURS, signal));
}

/** The seconds that it takes to find, read, change and write the files with references. */
async function pass({ folder }: Place): Promise<number> {
  const { images } = JSON.parse(await readFile(join(folder, "images.lock.json"), "utf8")) as Lock;
  const digests = new Map(Object.entries(images).map(([name, { digest }]) => [name, digest]));
  const repositories = new Map(Object.entries(images).map(([name, { repository }]) => [name, repository]));
  const start = performance.now();
  const owner = referenceOwner(Object.entries(images).map(([name, image]) => ({ ...NAMED, name, ...image })));
  const scanner = createScanner({ exclude: [], patterns: [] }, { repositories, dockerfiles: new Set() });
  const checkout = await openCheckout(folder);
  const contents = await checkout.contents({ texts: MARKS });
  let changed = 0;
  for (const file of await contents.filesContaining(MARKS)) {
    if (file === "images.lock.json") continue;
    const { bytes, changes } = rewritePins(
      file,
      (await checkout.read(file)) ?? NOTHING,
      { scanner, owner },
      (image) => digests.get(image),
    );
    if (changes.length > 0) await writeFile(join(folder, file), bytes);
    changed += changes.length;
  }
  if (changed !== REFERRING * REFERENCES) throw new Error(`${changed} references were changed`);
  return (performance.now() - start) / 1000;
}

interface Lock {
  readonly images: Readonly<Record<string, { readonly repository: string; readonly digest: Digest }>>;
}

/** The seconds that something takes in a repository where each reference is to be rewritten. */
async function benchImages(
  images: number,
  measured: readonly string[] | typeof pass,
  signal: AbortSignal,
): Promise<number> {
  const folder = await createRepository(images);
  const place: Place = { folder, environment: { ...process.env, ...GIT_ENVIRONMENT }, signal };
  const seconds: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      seconds.push(await (measured instanceof Function ? measured(place) : time(measured, place)));
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
    files.set(`deploy/${file}.yaml`, referring(sevenOf(names, file)));
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

function sevenOf(names: readonly string[], file: number): readonly string[] {
  return Array.from({ length: REFERENCES / 2 }, (_, index) => names[(file * 7 + index) % names.length] ?? "");
}

/** Refers to each image twice. */
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
