import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { startManageImages } from "../support/manage-images.ts";
import { makeRepository, repositoryAt, type Content, type Repository } from "../support/repository.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { startPlace, ZERO, type Place } from "./sample.ts";

const MINUTE = 60_000;
const STORES = ["overlay2", "containerd"] as const;
/** Of each store's runs so many are killed while they build and push, and so many while they write and commit. */
const KILLS = { building: 10, writing: 5 };
/** Another one, given as the variable SEED, kills at other moments. */
const SEED = Number(process.env["SEED"] ?? 1);
/** What is remembered for later runs, whether this one was disturbed or not. */
const MEMORIES = ["holding.json", "nothing-to-do.json"];
const IMAGES = ["base", "tools", "left", "right", "both", "docs", "top", "app"] as const;
const RUN = ["--image", "all", "--progress", "plain", "--format", "json"];
/** How a run ends that follows a killed one: with the tree of an undisturbed run, and so. */
const GOOD_END = { failure: "", builtAgain: [], uncommitted: "", commits: "2", leftovers: ["logs"] };

/** When a run is killed: so many milliseconds after it has written so many lines of progress. */
interface Moment {
  readonly lines: number;
  readonly milliseconds: number;
}

// Builds are reproducible here, so that all can be built anew, without the cache, and must come out the same.
it.concurrent.each(STORES)(
  `a run that is killed by kill -9 at any moment, and run again, ends as if undisturbed (%s store, SEED=${SEED})`,
  async (store) => {
    const place = await startPlace(store);
    const origin = await makeRepository(eightImages(place));
    try {
      const { tree, moments } = await undisturbed(place, origin);
      const stages = new Set<string>();
      for (const moment of moments) {
        const { seen, end } = await killed(place, origin, moment);
        expect({ moment, seen, ...end }).toEqual({ moment, seen, ...GOOD_END, tree });
        stages.add(seen.stage);
      }
      expect([...stages]).toEqual(
        expect.arrayContaining(["nothing is pushed", "some is pushed", "all is pushed"]),
      );
    } finally {
      await origin.remove();
      await place.stop();
    }
  },
  5 * MINUTE,
);

/** A chain, two diamonds and a side branch; whatever a step writes has a fixed time. */
function eightImages({ registry }: Place): Record<string, Content> {
  const prefix = `${registry.host}/app`;
  const pin = (image: string) => `${prefix}/${image}@${ZERO}`;
  const from = (image: string) => `FROM ${pin(image)}\n`;
  const copy = (image: string) => `COPY --from=${pin(image)} /${image} /${image}\n`;
  const run = (image: string) => `RUN ls / >/${image} && touch -d @0 /${image}\n`;
  const dockerfiles: Record<(typeof IMAGES)[number], string> = {
    base: `FROM busybox:1.36\n${run("base")}`,
    tools: "FROM busybox:1.36\nCOPY tools /\n",
    left: from("base") + run("left"),
    right: `${from("base")}COPY right /\n`,
    both: from("left") + copy("right") + run("both"),
    docs: `${from("tools")}COPY docs /\n`,
    top: from("both") + copy("tools"),
    app: from("top") + copy("docs") + run("app"),
  };
  const image = { args: { SOURCE_DATE_EPOCH: "0" }, network: "none" };
  return {
    "images.config.json": JSON.stringify({
      registry: prefix,
      images: Object.fromEntries(IMAGES.map((name) => [name, image])),
    }),
    ...Object.fromEntries(IMAGES.map((name) => [`dockerfiles/${name}.Dockerfile`, dockerfiles[name]])),
    ...{ tools: "tools\n", right: "right\n", docs: "docs\n" },
    ...Object.fromEntries(IMAGES.map((name) => [`uses/${name}.md`, `Use \`${pin(name)}\`.\n`])),
  };
}

/** What an undisturbed run ends with, and moments of it that are spread over all it does. */
async function undisturbed(place: Place, origin: Repository) {
  const clone = await startAfresh(place, origin);
  const start = performance.now();
  const { child, ended } = startManageImages(clone.folder, RUN, place.environment);
  const marks = [0];
  child.stderr.on("data", (output: Buffer) => {
    const now = performance.now() - start;
    marks.push(...Array.from({ length: linesIn(output) }, () => now));
  });
  expect(await ended).toMatchObject({ exitCode: 0 });
  const [writing = 0] = marks.slice(-2);
  const random = seededRandom(SEED);
  const times = [
    ...spread(random, KILLS.building, 0, writing),
    ...spread(random, KILLS.writing, writing, performance.now() - start),
  ];
  const tree = await clone.git("rev-parse", "HEAD^{tree}");
  await clone.remove();
  return { tree, moments: times.map((time) => momentAt(time, marks)) };
}

/** Random times, each in a part of its own of the whole. */
function spread(random: () => number, count: number, from: number, to: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + ((index + random()) / count) * (to - from));
}

/** By lines of progress, because runs are not equally fast. */
function momentAt(time: number, marks: readonly number[]): Moment {
  const lines = marks.findLastIndex((mark) => mark <= time);
  return { lines, milliseconds: Math.round(time - (marks[lines] ?? 0)) };
}

/** How a run ends that comes after one that was killed, and what that one was at. */
async function killed(place: Place, origin: Repository, { lines, milliseconds }: Moment) {
  const clone = await startAfresh(place, origin);
  const { child, ended } = startManageImages(clone.folder, [...RUN, "--no-cache"], place.environment);
  await hasWritten(child.stderr, lines);
  await sleep(milliseconds);
  child.kill("SIGKILL");
  const pushed = await pushedImages(place);
  const isWriting = existsSync(join(clone.folder, ".git/manage-images/revision"));
  await ended;

  const { exitCode, stdout, stderr } = await place.run(clone, ...RUN);
  const { images } = JSON.parse(stdout || '{ "images": {} }') as RunResult;
  const end = {
    failure: exitCode === 0 ? "" : stderr,
    builtAgain: pushed.filter((image) => images[image]?.outcome === "built"),
    uncommitted: await clone.git("status", "--porcelain", "--ignored"),
    commits: await clone.git("rev-list", "--count", "HEAD"),
    tree: await clone.git("rev-parse", "HEAD^{tree}"),
    leftovers: (await readdir(join(clone.folder, ".git/manage-images"))).filter(
      (name) => !MEMORIES.some((memory) => name.startsWith(memory)),
    ),
  };
  await clone.remove();
  return { seen: { stage: stageOf(pushed.length), isWriting }, end };
}

function stageOf(pushed: number): string {
  if (pushed === 0) return "nothing is pushed";
  return pushed < IMAGES.length ? "some is pushed" : "all is pushed";
}

/** Until so many lines of progress have come, or no more come. */
function hasWritten(progress: Readable, lines: number): Promise<void> {
  let left = lines;
  return new Promise((resolve) => {
    if (left === 0) resolve();
    progress.on("end", resolve);
    progress.on("data", (output: Buffer) => {
      left -= linesIn(output);
      if (left <= 0) resolve();
    });
  });
}

function linesIn(output: Buffer): number {
  return output.toString().split("\n").length - 1;
}

/** A clone, and a registry that has nothing but the base. */
async function startAfresh({ registry }: Place, origin: Repository): Promise<Repository> {
  await registry.forget("app");
  const clone = repositoryAt(await mkdtemp(join(tmpdir(), "clone-")));
  await origin.git("clone", "--quiet", origin.folder, clone.folder);
  return clone;
}

/** The images that the registry has under a fingerprint. */
async function pushedImages({ registry }: Place): Promise<readonly string[]> {
  const found = await Promise.all(
    IMAGES.map(async (name) => {
      const response = await fetch(`${registry.url}/v2/app/${name}/tags/list`);
      const { tags } = (await response.json()) as { readonly tags?: readonly string[] | null };
      return tags?.some((tag) => tag.startsWith("fp-")) === true ? [name] : [];
    }),
  );
  return found.flat();
}
