/**
 * What it takes to bring the references to 20 images, and to 500, in a repository of 12,000 files to other digests: beside a
 * `git grep` for digests and the start of Node. The files and the references in them are as many for both. The pass alone
 * is what finds, reads, changes and writes the files, by the program's own functions, within a process that runs already;
 * the whole program also starts, reads its configuration and surveys the images. Both find the clone as if there had been no
 * run in it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckout } from "../src/adapters/git/open-checkout.ts";
import { openProject } from "../src/cli/open-project.ts";
import { alignReferences, planAlignment } from "../src/operations/align-references.ts";
import { survey } from "../src/operations/survey.ts";
import { MARKS } from "../src/references/marks.ts";
import { runUntilSignal } from "./run-program.ts";
import { commitAll, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { inMilliseconds, median, time, type Place } from "./timing.ts";

const FILES = 12_000;
const REFERRING = 80;
const REFERENCES = 14;
const ROUNDS = 18;
const COPIES = 6;
const REGISTRY = "registry.example/ours";
const OURS = [process.execPath, join(PROJECT, "dist/cli/bin.cjs"), "--only-references", "--no-commit"];

process.exitCode = await runUntilSignal(bench);

/**
 * In rounds of all of them, each round beginning with another: what else the machine does then slows each of them alike. Rounds
 * take turns with copies of the repositories: ext4 looks for long where many files were removed within a minute, which
 * no run but the hundredth in a row would see.
 */
async function bench(signal: AbortSignal): Promise<void> {
  const environment = { ...process.env, ...GIT_ENVIRONMENT };
  const copiesOf = async (images: number): Promise<readonly Place[]> => {
    const folders = await copies(await createRepository(images));
    return folders.map((folder) => ({ folder, environment, signal }));
  };
  const few = await copiesOf(20);
  const many = await copiesOf(500);
  const grep = (round: number) => time(["git", "grep", "-lIF", "sha256:"], at(few, round));
  const node = (round: number) => time([process.execPath, "--eval", "0"], at(few, round));
  const restored = (run: typeof pass) =>
    [few, many].map((places) => async (round: number) => {
      const place = at(places, round);
      return run(place).finally(() => restore(place));
    });
  const all = [grep, node, ...restored(pass), ...restored(program)];
  const seconds = all.map((): number[] => []);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (let turn = 0; turn < all.length; turn++) {
        const index = (round + turn) % all.length;
        seconds[index]?.push((await all[index]?.(round)) ?? Number.NaN);
      }
    }
  } finally {
    // git may still be tidying up.
    await Promise.all([...few, ...many].map(({ folder }) => rm(folder, { recursive: true, maxRetries: 10 })));
  }
  console.log(`${REFERRING} of ${FILES} files refer to images. ${ROUNDS} runs of each:\n`);
  tell("Median", seconds.map(median));
  tell(
    "Fastest",
    seconds.map((each) => Math.min(...each)),
  );
}

function at(places: readonly Place[], round: number): Place {
  const place = places[round % places.length];
  if (place === undefined) throw new Error("There is no copy");
  return place;
}

/** The folder, and copies of it in which git knows its files. */
async function copies(folder: string): Promise<readonly string[]> {
  const made = [folder];
  while (made.length < COPIES) {
    const copy = await mkdtemp(join(tmpdir(), "bench-"));
    await cp(folder, copy, { recursive: true, preserveTimestamps: true });
    execFileSync("git", ["-C", copy, "update-index", "-q", "--refresh"]);
    made.push(copy);
  }
  return made;
}

function tell(what: string, [grep = 0, node = 0, ...runs]: readonly number[]): void {
  console.log(`${what}: git grep ${inMilliseconds(grep)}, Node's start ${inMilliseconds(node)}`);
  for (const [index, name] of ["the pass alone", "--only-references"].entries()) {
    const [few = 0, many = 0] = runs.slice(2 * index);
    const ratio = (few / (grep + node)).toFixed(2);
    console.log(
      `  ${name}: 20 images ${inMilliseconds(few)}, which is ${ratio} of git grep and Node; ` +
        `500 ${inMilliseconds(many)}, which is ${(many / few).toFixed(2)} of that`,
    );
  }
}

/** As if there had been no run. */
async function restore(place: Place): Promise<void> {
  await time(["git", "checkout", "--quiet", "."], place);
  await rm(join(place.folder, ".git/manage-images"), { recursive: true, force: true });
}

function program(place: Place): Promise<number> {
  return time(OURS, place);
}

/** The seconds that it takes to find, read, change and write the files with references. */
async function pass({ folder, environment }: Place): Promise<number> {
  const { checkout, configured } = await openProject({ directory: folder, environment }, {});
  const surveyed = await survey(checkout, configured);
  const names = configured.images.map(({ name }) => name);
  const opened = await openCheckout(folder);
  const start = performance.now();
  const contents = opened.contents({ texts: MARKS, ids: false });
  const world = { checkout: opened, contents: () => contents };
  const alignment = await planAlignment(world, configured, surveyed, names);
  const flags = { commit: false };
  const { references } = await alignReferences(world, configured, surveyed, alignment, flags);
  const seconds = (performance.now() - start) / 1000;
  if (references.length !== REFERRING * REFERENCES)
    throw new Error(`${references.length} references were changed`);
  return seconds;
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
