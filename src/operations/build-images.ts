/**
 * The main job: builds and pushes what the plan says, each image as soon as its dependencies are done, and writes the
 * new digests into every file that refers to them.
 */
import type { LockEntry } from "../lockfile/lockfile.ts";
import { UserError } from "../errors.ts";
import type { Image } from "../model/image.ts";
import type { Plan } from "../model/plan.ts";
import type { ImageResult, RunResult } from "../model/run.ts";
import { chooseBuilder } from "../plan/choose-builder.ts";
import type { Builder, Checkout, Contents, History } from "../ports.ts";
import { createLimit } from "../schedule/create-limit.ts";
import { runJobs } from "../schedule/run-jobs.ts";
import { openMeasuring, type Measuring } from "./measure-images.ts";
import { recordInputs } from "../plan/record-inputs.ts";
import { MARKS } from "../references/marks.ts";
import { findStalePins } from "./find-stale-pins.ts";
import type { InputsOf } from "./gather-inputs.ts";
import { hasSucceeded, jobsOf, type JobSettings } from "./jobs-of.ts";
import { earlierEntriesIn, knownDigests } from "./known-digests.ts";
import { noticesOf } from "./notices.ts";
import { localNames, type BuildSettings, type Results, type Run } from "./run.ts";
import { imageIn, type Survey } from "./survey.ts";
import { findTagValues } from "./tags.ts";
import type { Configured, World } from "./world.ts";
import { writeDigests, type CommitFlags } from "./write-digests.ts";

/** How a run goes about it. */
export interface RunSettings extends BuildSettings, CommitFlags, JobSettings {
  /** Most pushes at the same time, at least 1. */
  readonly pushConcurrency: number;
  /** Whether a failed image leaves its neighbours running, and what succeeded is pinned. */
  readonly keepGoing: boolean;
}

/** What a run is made from, beside the world: what was read and decided. */
export interface Prepared {
  readonly configured: Configured;
  readonly survey: Survey;
  /** What the plan was made from. */
  readonly contents: () => Promise<Contents>;
  readonly inputsOf: InputsOf;
  readonly plan: Plan;
}

/** Images that are made, and of which nothing is written yet. */
export interface Made {
  readonly run: Run;
  readonly plan: Plan;
  readonly results: Results;
  /** Their sizes. */
  readonly measuring: Measuring;
  /** How long it took. */
  readonly seconds: number;
  /** The working tree after the builds. */
  readonly contents: Contents;
}

/** Does what a plan says. A failed image is an outcome in the result, not an error. */
export async function buildImages(
  world: World,
  prepared: Prepared,
  settings: RunSettings,
): Promise<RunResult> {
  const made = await makeImages(world, prepared, settings);
  const result = await writeImages(made, settings);
  world.report({ kind: "done", result });
  return result;
}

/** Builds and pushes what a plan says, and writes nothing. */
export async function makeImages(
  world: World,
  { configured, survey, contents, inputsOf, plan }: Prepared,
  settings: RunSettings,
): Promise<Made> {
  world.report({ kind: "planned", plan });
  const failure = new AbortController();
  const changes = plan.decisions.filter(({ action }) => action !== "up-to-date");
  const images = changes.map(({ image }) => image);
  const history = historyOf(world.checkout, plan);
  const [tagValues, builders] = await Promise.all([
    findTagValues(world.checkout, survey, settings.setsTags ? images : []),
    joinBuilders(world, survey, plan),
  ]);
  const run: Run = {
    ...{ world, configured, survey, inputsOf, settings, tagValues, builders, history },
    decisions: new Map(plan.decisions.map((decision) => [decision.image, decision])),
    kept: new Map(),
    images: new Set(images),
    signal: AbortSignal.any([settings.signal, failure.signal]),
    limitPushes: createLimit(settings.pushConcurrency),
    limitTests: createLimit(settings.concurrency),
  };
  const measuring = openMeasuring(world.registry, settings.signal);
  const start = world.clock.now();
  const results = await makeAll(run, settings, failure, measuring).catch(async (error: unknown) => {
    await untagAll(run);
    throw error;
  });
  const seconds = world.clock.now() - start;
  // A build takes long enough for files to be edited.
  const [present] = await Promise.all([
    changes.length > 0 ? world.checkout.contents({ texts: MARKS }) : contents(),
    untagAll(run),
  ]);
  return { run, plan, results, measuring, seconds, contents: present };
}

/** Writes the digests of images that were made, of all or of some of them, and commits. */
export async function writeImages(
  { run, plan, results, measuring, contents }: Made,
  settings: RunSettings,
  isWanted: (image: string) => boolean = () => true,
): Promise<RunResult> {
  const { references, notices, ...written } = await writeResults(run, results, contents, settings, isWanted);
  const measured = await measuring.end(results);
  return {
    images: Object.fromEntries([...measured.results].filter(([image]) => isWanted(image))),
    references,
    notices: [...noticesOf(run.survey, plan, results, settings), ...notices, ...measured.notices],
    ...written,
  };
}

/** Without all builders nothing is begun. */
async function joinBuilders(
  world: World,
  survey: Survey,
  { decisions }: Plan,
): Promise<ReadonlyMap<string, Builder>> {
  const built = decisions.filter(({ action }) => action === "build").map(({ image }) => image);
  const joined = built.map(async (name) => {
    const { image } = imageIn(survey, name);
    const builder = await world.builder(chooseBuilder(image));
    if (builder.engine === undefined && image.tests.length > 0) throw cannotTest(image);
    return [name, builder] as const;
  });
  return new Map(await Promise.all(joined));
}

function cannotTest({ name, builder = "" }: Image): UserError {
  return new UserError(`${name} has tests, and what ${builder} builds is in no engine that could run them.`, {
    remedy: "Leave its `test` out, or have it built by an engine.",
  });
}

/** Asks once: now if something is to be built, as each build says where it comes from. */
function historyOf(checkout: Pick<Checkout, "history">, { decisions }: Plan): Run["history"] {
  let history: Promise<History> | undefined;
  const ask = () => (history ??= checkout.history());
  // What is wrong with it is told where it is used.
  if (decisions.some(({ action }) => action === "build")) ask().catch(() => undefined);
  return ask;
}

async function makeAll(
  run: Run,
  settings: RunSettings,
  failure: AbortController,
  measuring: Measuring,
): Promise<Results> {
  const finish = (image: string, result: ImageResult): ImageResult => {
    run.world.report({ kind: "finished", image, result });
    measuring.begin(image, imageIn(run.survey, image).image.repository, result);
    if (result.outcome === "failed" && !settings.keepGoing) failure.abort(new Error("another image failed"));
    return result;
  };
  return runJobs(jobsOf(run, settings, finish));
}

/** Takes away the names that images have had in their engines while the run went on. */
async function untagAll(run: Run): Promise<void> {
  const names = [...run.builders].flatMap(([image, builder]) =>
    localNames(run, image).map((name) => builder.untag(name)),
  );
  await Promise.all(names);
}

/** Nothing is written by a run that was interrupted, that pushed nothing, or that failed and does not keep going. */
async function writeResults(
  run: Run,
  results: Results,
  contents: Contents,
  settings: RunSettings,
  isWanted: (image: string) => boolean,
): Promise<Pick<RunResult, "references" | "notices" | "commit">> {
  const { world, configured, survey } = run;
  const isWhole = settings.keepGoing || [...results.values()].every(hasSucceeded);
  if (!isWhole || settings.signal.aborted || !settings.push) return { references: [], notices: [] };
  const locks = only(await newEntries(run, results), isWanted);
  const entries = only(new Map([...usedEntries(run, locks.keys()), ...locks]), isWanted);
  const earlier = earlierEntriesIn(run, results);
  const stale = await findStalePins(world.checkout, contents, configured, survey, entries, earlier);
  if (stale.changes.length === 0 && isRecorded(survey, locks))
    return { references: [], notices: stale.elsewhere };
  world.report({ kind: "rewriting" });
  const { checkout } = world;
  const written = await writeDigests({ checkout, contents }, configured, survey, stale, { locks }, settings);
  return {
    ...written,
    notices: [...written.notices, ...stale.elsewhere],
  };
}

function only<Value>(
  all: ReadonlyMap<string, Value>,
  isWanted: (image: string) => boolean,
): ReadonlyMap<string, Value> {
  return new Map([...all].filter(([image]) => isWanted(image)));
}

/** What the lockfile is to say of the images that were built or reused. */
async function newEntries(run: Run, results: Results): Promise<ReadonlyMap<string, LockEntry>> {
  const entries = new Map<string, LockEntry>();
  for (const [image, { digest, platforms, fingerprint }] of results) {
    if (digest === undefined || fingerprint === undefined) continue;
    const { repository } = imageIn(run.survey, image).image;
    const { inputs } = await run.inputsOf(image);
    const recorded = recordInputs(inputs, knownDigests(run, results, image).dependencies);
    entries.set(image, {
      repository,
      digest,
      ...(platforms === undefined ? {} : { platforms }),
      fingerprint,
      inputs: recorded,
    });
  }
  return entries;
}

function isRecorded({ lockfile }: Survey, locks: ReadonlyMap<string, LockEntry>): boolean {
  return [...locks].every(([image, entry]) => {
    const known = lockfile.images.get(image);
    return known?.digest === entry.digest && known.fingerprint === entry.fingerprint;
  });
}

/** The lockfile's entries of what is up to date, and of what was built on: all files must say so too. */
function usedEntries({ survey, decisions }: Run, built: Iterable<string>): ReadonlyMap<string, LockEntry> {
  const upToDate = [...decisions.values()].filter(({ action }) => action === "up-to-date");
  const used = [...built].flatMap((image) => survey.graph.dependenciesOf(image));
  const entries = new Map<string, LockEntry>();
  for (const image of [...upToDate.map((decision) => decision.image), ...used]) {
    const entry = survey.lockfile.images.get(image);
    if (entry !== undefined) entries.set(image, entry);
  }
  return entries;
}
