/** Each verb of a project as its command composes it, without what is for a terminal. */
import { resolve } from "node:path";
import { carryOut } from "../cli/carry-out.ts";
import { checkoutOf } from "../cli/checkout-of.ts";
import { findImages } from "../cli/find-images.ts";
import { followRun } from "../cli/follow-run.ts";
import { foresee } from "../cli/foresee.ts";
import { openProject } from "../cli/open-project.ts";
import { commonOptions as COMMON, runOptions as DEFAULTS } from "../cli/options.ts";
import { namedImages, prepare, watchProject, type WatchedProject } from "../cli/prepare.ts";
import { recordRun } from "../cli/record-run.ts";
import type { Outside } from "../cli/terminal.ts";
import { openRegistriesOf, openWorld } from "../cli/world.ts";
import type { DescribedGraph, JudgedImage } from "../model/described-image.ts";
import type { Checked } from "../model/drift.ts";
import type { Image } from "../model/image.ts";
import type { Plan } from "../model/plan.ts";
import type { RunResult } from "../model/run.ts";
import type { Violation } from "../model/violation.ts";
import { check } from "../operations/check.ts";
import { judgeGraph } from "../operations/describe-graph.ts";
import { digestOf } from "../operations/digest-of.ts";
import { findStaleness } from "../operations/find-staleness.ts";
import { openInputs } from "../operations/gather-inputs.ts";
import { lint } from "../operations/lint.ts";
import { survey } from "../operations/survey.ts";
import type { CheckOptions, Images, PlanOptions, ProjectOptions, RunOptions } from "./project.ts";

/** See `Project.images`. */
export async function readImages(options: ProjectOptions): Promise<readonly Image[]> {
  return (await openProject(outsideOf(options), options)).configured.images;
}

/** See `Project.graph`. */
export async function readGraph(options: ProjectOptions): Promise<DescribedGraph<JudgedImage>> {
  const { checkout, configured, contents } = await watchAt(options);
  const surveyed = await survey(checkout, configured);
  const staleness = await findStaleness(surveyed, openInputs(checkout, contents, configured, surveyed));
  return judgeGraph(surveyed, surveyed.graph.order, staleness);
}

/** See `Project.plan`. */
export async function planImages(options: ProjectOptions, wanted: PlanOptions): Promise<Plan> {
  const project = await watchAt(options, wanted);
  const world = openWorld(outsideOf(options), project, lookUps(options), () => undefined);
  const flags = selectionOf(options, wanted);
  const named = namedImages(project.configured, flags);
  return (await prepare(world, project, named, flags, wanted.signal ?? never())).plan;
}

/** See `Project.run`. */
export async function runImages(options: ProjectOptions, wanted: RunOptions): Promise<RunResult> {
  const checkout = await checkoutOf(outsideOf(options));
  const release = await checkout.lock();
  try {
    await checkout.recover();
    return await runIn(await watchAt(options, wanted), options, wanted);
  } finally {
    await release();
  }
}

async function runIn(
  project: WatchedProject,
  options: ProjectOptions,
  wanted: RunOptions,
): Promise<RunResult> {
  const { onEvent, signal = never(), concurrency = DEFAULTS.concurrency.default } = wanted;
  const outside = outsideOf(options);
  const flags = selectionOf(options, wanted);
  const foresight = foresee();
  const run = { ...lookUps(options), concurrency, keepGoing: wanted.keepGoing ?? false };
  const report = onEvent ?? (() => undefined);
  const { world, watch, joinBuilder, begin } = followRun(outside, project, run, { report, foresight });
  const named = namedImages(project.configured, flags);
  const prepared = await prepare(world, project, named, flags, signal, joinBuilder);
  begin(prepared);
  const result = await carryOut(world, prepared, {
    ...run,
    pushConcurrency: wanted.pushConcurrency ?? DEFAULTS["push-concurrency"].default,
    retries: wanted.retries ?? DEFAULTS.retries.default,
    noCache: wanted.noCache ?? false,
    pull: wanted.pull ?? false,
    noPush: wanted.push === false,
    noTags: wanted.tags === false,
    noCommit: wanted.commit === false,
    createRepository: wanted.createRepository ?? false,
    author: wanted.author,
    signal,
    durations: foresight.durations,
  });
  await recordRun(outside, world.runFolder, { prepared, result, watch }, { concurrency });
  return result;
}

/** See `Project.check`. */
export async function checkImages(
  options: ProjectOptions,
  { images = "all", remote = false, signal = never() }: CheckOptions,
): Promise<Checked> {
  const project = await watchAt(options);
  const { registry } = openRegistriesOf(outsideOf(options), project, lookUps(options));
  const asked = remote ? { registry, signal } : undefined;
  return check({ ...project, remote: asked }, project.configured, namesOf(project.configured.images, images));
}

/** See `Project.lint`. */
export async function lintImages(options: ProjectOptions, images: Images): Promise<readonly Violation[]> {
  const { checkout, configured } = await openProject(outsideOf(options), options);
  return lint(checkout, configured, namesOf(configured.images, images));
}

/** See `Project.digest`. */
export async function readDigest(options: ProjectOptions, name: string): Promise<string> {
  const { checkout, configured } = await openProject(outsideOf(options), options);
  const [image] = findImages(configured.images, [name]);
  if (image === undefined) throw new Error(`there is no image ${name}`);
  return digestOf(checkout, configured, image);
}

/** What of the process it sees. */
function outsideOf({ directory = ".", environment = process.env }: ProjectOptions): Outside {
  return {
    directory: resolve(directory),
    environment,
    note: (text) => {
      process.emitWarning(text);
    },
  };
}

async function watchAt(options: ProjectOptions, { builder }: Pick<PlanOptions, "builder"> = {}) {
  const outside = outsideOf(options);
  return watchProject(outside, { ...options, builder }, await checkoutOf(outside));
}

function lookUps({ lookupConcurrency = COMMON["lookup-concurrency"].default }: ProjectOptions) {
  return { lookupConcurrency };
}

function selectionOf({ registry }: ProjectOptions, { images, ...wanted }: PlanOptions) {
  return {
    registry,
    image: images === "all" ? ["all"] : images,
    since: wanted.since,
    noDependents: wanted.dependents === false,
    noDependencies: wanted.dependencies === false,
    force: wanted.force ?? false,
  };
}

function namesOf(all: readonly Image[], images: Images): readonly string[] | "all" {
  return images === "all" ? images : findImages(all, images).map(({ name }) => name);
}

/** A signal that nobody gives. */
function never(): AbortSignal {
  return new AbortController().signal;
}
