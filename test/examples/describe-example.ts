/**
 * What holds of every example, tested as its readers would use it: in a repository of its own, on a real engine, with this
 * machine's registry in the place of the one that it names.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openRegistries } from "../../src/adapters/registries/distribution.ts";
import type { Reason } from "../../src/model/plan.ts";
import { parseReference } from "../../src/model/reference.ts";
import type { RunResult } from "../../src/model/run.ts";
import { placeForTests, ZERO, type Place } from "../main-job/sample.ts";
import { startEngine } from "../support/engine.ts";
import { manageImages } from "../support/manage-images.ts";
import { makeRepository, repositoryAt, type Repository } from "../support/repository.ts";
import { movedTo, readExample, type ExampleFiles } from "./example.ts";

const MINUTES = 60_000;
const ALL = ["--image", "all"];

/** An example, and a change in the middle of its graph. */
export interface Example {
  /** Its folder below `examples/`. */
  readonly name: string;
  /** What stands before the images' names in its files: a registry, with a folder. */
  readonly registry: string;
  readonly images: readonly string[];
  readonly change: Change;
  /** The engine's image store; `overlay2` by default. */
  readonly store?: "overlay2" | "containerd";
  /** Puts what is here in the place of what else its files name. */
  readonly prepare?: (place: Place, files: ExampleFiles) => Promise<ExampleFiles>;
}

/** One text in the place of another, and what comes of it. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The image that the run is told to build, or `all`. */
  readonly image: string;
  /** What is built because of it, and why. */
  readonly reasons: Readonly<Record<string, readonly Reason[]>>;
  /** The files in which pins change, sorted. */
  readonly pinned: readonly string[];
}

/** An example that was built once. */
export interface BuiltExample {
  readonly place: Place;
  readonly repository: Repository;
  /** What stands before the images' names in this repository. */
  readonly prefix: string;
  /** Its commit before the first run. */
  readonly start: string;
  readonly first: RunResult;
}

interface PlanJson {
  readonly images: Readonly<Record<string, { readonly action: string; readonly reasons: readonly Reason[] }>>;
}

/**
 * Tests an example's first run, its second, a fresh engine and a change, and what else is to be said of this one: what `more`
 * tests pushes nothing, what `changing` tests comes last.
 */
export function describeExample(
  example: Example,
  more: (built: BuiltExample) => void = () => undefined,
  changing: (built: BuiltExample) => void = () => undefined,
): void {
  const { name, images, change, store } = example;
  describe(`the example ${name}`, () => {
    const place = placeForTests(store);
    const built = {} as BuiltExample;
    beforeAll(async () => Object.assign(built, await buildExample(place, example)), 5 * MINUTES);
    afterAll(() => built.repository.remove());

    it("is built, pushed and pinned everywhere by its first run", async () => {
      expect(outcomesOf(built.first)).toEqual(allOf(images, "built"));
      expect(built.first.notices).toEqual([]);
      await everythingIsCommitted(built);
      await everyPinIsTheRegistrys(built);
    });

    it("has nothing to do in its second run, and nothing has drifted", async () => {
      const plan = await json<PlanJson>(place, built.repository, "plan", ...ALL);
      expect(actionsOf(plan)).toEqual(allOf(images, "up-to-date"));
      const second = await json<RunResult>(place, built.repository, ...ALL);
      expect(second).toMatchObject({ images: {}, references: [] });
      expect(await built.repository.git("rev-parse", "HEAD")).toBe(built.first.commit);
      expect(await json(place, built.repository, "check")).toEqual({ drift: [], notices: [] });
    });

    more(built);

    it(
      "is reused whole by a fresh engine with the same registry",
      async () => {
        const { clone, ran } = await runOnFreshEngine(built, store);
        expect(outcomesOf(ran)).toEqual(allOf(images, "reused"));
        expect(await clone.git("diff", built.first.commit ?? "", "HEAD")).toBe("");
        await clone.remove();
      },
      3 * MINUTES,
    );

    it(
      "is built from a change on, and from there only",
      async () => {
        await makeChange(built.repository, change);
        const stale = Object.keys(change.reasons);
        const plan = await json<PlanJson>(place, built.repository, "plan", "--image", change.image);
        expect(staleIn(plan)).toEqual(allOf(stale, "build"));
        expect(reasonsOf(plan)).toEqual(change.reasons);
        const ran = await json<RunResult>(place, built.repository, "--image", change.image);
        expect(outcomesOf(ran)).toEqual(allOf(stale, "built"));
        const files = await built.repository.git("show", "--format=", "--name-only", "HEAD");
        expect(files.split("\n")).toEqual([...change.pinned, "images.lock.json"].toSorted());
        await everyPinIsTheRegistrys(built);
        expect(await json(place, built.repository, "check")).toEqual({ drift: [], notices: [] });
      },
      3 * MINUTES,
    );

    changing(built);
  });
}

/** Runs the program in an example's repository and reads what it says. */
export async function json<Result>(
  { environment }: Pick<Place, "environment">,
  { folder }: Repository,
  ...args: readonly string[]
): Promise<Result> {
  const ran = await manageImages(folder, [...args, "--format", "json"], environment);
  if (ran.exitCode !== 0) throw new Error(`${args.join(" ")}: ${ran.exitCode}\n${ran.stderr}${ran.stdout}`);
  return JSON.parse(ran.stdout) as Result;
}

async function buildExample(
  place: Place,
  { name, registry, prepare = (_, files) => Promise.resolve(files) }: Example,
): Promise<BuiltExample> {
  const host = registry.slice(0, registry.indexOf("/"));
  const prefix = registry.replace(host, place.registry.host);
  const moved = await movedTo(place, await readExample(name), host);
  const repository = await makeRepository(await prepare(place, moved));
  const start = await repository.git("rev-parse", "HEAD");
  return { place, repository, prefix, start, first: await json<RunResult>(place, repository, ...ALL) };
}

/** A run of a clone that is as the example was before its first run. */
async function runOnFreshEngine({ place, repository, start }: BuiltExample, store: Example["store"]) {
  const engine = await startEngine({ mirror: place.registry.url, ...(store === undefined ? {} : { store }) });
  try {
    const folder = await mkdtemp(join(tmpdir(), "clone-"));
    await repository.git("clone", "--quiet", "--no-hardlinks", repository.folder, folder);
    const clone = repositoryAt(folder);
    await clone.git("reset", "--quiet", "--hard", start);
    const environment = { ...place.environment, DOCKER_HOST: engine.host };
    return { clone, ran: await json<RunResult>({ environment }, clone, ...ALL) };
  } finally {
    await engine.stop();
  }
}

async function makeChange({ read, write, git }: Repository, { file, from, to }: Change): Promise<void> {
  const text = (await read(file)).toString();
  expect(text).toContain(from);
  await write({ [file]: text.replace(from, () => to) });
  await git("commit", "--quiet", "--all", "--message", "Change");
}

function allOf(images: readonly string[], what: string): Readonly<Record<string, string>> {
  return Object.fromEntries(images.map((image) => [image, what]));
}

function outcomesOf({ images }: RunResult): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(images).map(([image, { outcome }]) => [image, outcome]));
}

function actionsOf({ images }: PlanJson): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(images).map(([image, { action }]) => [image, action]));
}

function staleIn(plan: PlanJson): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(actionsOf(plan)).filter(([, action]) => action !== "up-to-date"));
}

function reasonsOf({ images }: PlanJson): Readonly<Record<string, readonly Reason[]>> {
  const stale = Object.entries(images).filter(([, { action }]) => action !== "up-to-date");
  return Object.fromEntries(stale.map(([image, { reasons }]) => [image, reasons]));
}

async function everythingIsCommitted({ repository: { git }, first }: BuiltExample): Promise<void> {
  expect(await git("rev-parse", "HEAD")).toBe(first.commit);
  expect(await git("status", "--porcelain")).toBe("");
}

/** Every pin of the example's images in what is committed is what the registry has under the tag `latest`. */
async function everyPinIsTheRegistrys({ repository, prefix }: BuiltExample): Promise<void> {
  const text = await repository.git("grep", "-h", "-I", "@sha256:", "HEAD", "--", ":!images.lock.json");
  const pins = (text.match(/[\w.:/-]+@sha256:[0-9a-f]{64}/g) ?? []).filter((pin) => pin.includes(prefix));
  expect(pins.length).toBeGreaterThan(0);
  const registries = openRegistries(() => Promise.resolve(undefined));
  for (const pin of new Set(pins)) {
    const reference = parseReference(pin.slice(pin.indexOf(prefix)));
    if (reference === undefined) throw new Error(`not a reference: ${pin}`);
    const latest = await registries.resolve({ name: reference.name, tag: reference.tag ?? "latest" });
    expect([pin, reference.digest]).toEqual([pin, latest]);
    expect(reference.digest).not.toBe(ZERO);
  }
}
