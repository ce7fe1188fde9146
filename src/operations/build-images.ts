/**
 * The main job: builds and pushes what the plan says, each image as soon as its dependencies are done, and writes the
 * new digests into every file that refers to them.
 */
import { remainingPaths } from "../graph/remaining-paths.ts";
import type { Digest } from "../model/digest.ts";
import type { Plan } from "../model/plan.ts";
import type { ImageResult, RunResult } from "../model/run.ts";
import { createLimit } from "../schedule/create-limit.ts";
import { runJobs, type Jobs } from "../schedule/run-jobs.ts";
import { buildImage, publishImage, type BuiltImage } from "./build-image.ts";
import { findStalePins } from "./find-stale-pins.ts";
import { noticesOf } from "./notices.ts";
import { needsDigests } from "./needs-digests.ts";
import type { BuildSettings, Results, Run } from "./run.ts";
import { imageIn, type Survey } from "./survey.ts";
import type { Configured, World } from "./world.ts";
import { writeDigests } from "./write-digests.ts";

/** How a run goes about it. */
export interface RunSettings extends BuildSettings {
  /** Most builds at the same time, at least 1. */
  readonly concurrency: number;
  /** Most pushes at the same time, at least 1. */
  readonly pushConcurrency: number;
  /** Whether a failed image leaves its neighbours running, and what succeeded is pinned. */
  readonly keepGoing: boolean;
  /** Whether the digests are committed. */
  readonly commit: boolean;
  /** The user's interrupt. */
  readonly signal: AbortSignal;
}

/** Does what a plan says. A failed image is an outcome in the result, not an error. */
export async function buildImages(
  world: World,
  configured: Configured,
  survey: Survey,
  plan: Plan,
  settings: RunSettings,
): Promise<RunResult> {
  world.report({ kind: "planned", plan });
  const results = await buildAll(world, survey, plan, settings);
  const { references, notices, ...written } = await writeResults(
    world,
    configured,
    survey,
    results,
    settings,
  );
  const result: RunResult = {
    images: Object.fromEntries(results),
    references,
    notices: [...noticesOf(survey, plan, results, settings), ...notices],
    ...written,
  };
  world.report({ kind: "done", result });
  return result;
}

async function buildAll(world: World, survey: Survey, plan: Plan, settings: RunSettings): Promise<Results> {
  const names = plan.decisions.filter(({ action }) => action === "build").map(({ image }) => image);
  const failure = new AbortController();
  const run: Run = {
    world,
    survey,
    settings,
    images: new Set(names),
    signal: AbortSignal.any([settings.signal, failure.signal]),
    limitPushes: createLimit(settings.pushConcurrency),
  };
  const finish = (image: string, result: ImageResult): ImageResult => {
    world.report({ kind: "finished", image, result });
    if (result.outcome === "failed" && !settings.keepGoing) failure.abort(new Error("another image failed"));
    return result;
  };
  try {
    return await runJobs(buildJobs(run, names, settings, finish));
  } finally {
    await Promise.all(names.map((name) => world.builder.untag(localName(run, name))));
  }
}

function buildJobs(
  run: Run,
  names: readonly string[],
  settings: RunSettings,
  finish: (image: string, result: ImageResult) => ImageResult,
): Jobs<string, BuiltImage, ImageResult> {
  const { graph } = run.survey;
  const paths = remainingPaths(graph, () => 1);
  return {
    names,
    dependenciesOf: (image) => graph.dependenciesOf(image).filter((dependency) => run.images.has(dependency)),
    needsResults: (image) => needsDigests(run, image),
    importanceOf: (image) => paths.get(image) ?? 0,
    concurrency: settings.concurrency,
    goesOn: () => !run.signal.aborted,
    hasSucceeded: ({ outcome }) => outcome === "built",
    make: async (image, results) => {
      const half = await buildImage(run, results, image);
      return "made" in half ? half : { result: finish(image, half.result) };
    },
    finish: async (image, built, failed) => finish(image, await publishImage(run, built, failed)),
    skip: (image, failed) => finish(image, notStarted(failed, settings.signal.aborted)),
  };
}

function localName({ survey, settings }: Run, image: string): string {
  return `${imageIn(survey, image).image.repository}:${settings.localTag}`;
}

function notStarted(failed: readonly string[], interrupted: boolean): ImageResult {
  const nothing = { seconds: 0, pushed: false };
  if (interrupted) return { ...nothing, outcome: "aborted", error: "interrupted before it was started" };
  if (failed.length > 0) return { ...nothing, outcome: "skipped", error: `needs ${failed.join(", ")}` };
  return { ...nothing, outcome: "aborted", error: "not started, because another image failed" };
}

/** Nothing is written by a run that was interrupted, that pushed nothing, or that failed and does not keep going. */
async function writeResults(
  world: World,
  configured: Configured,
  survey: Survey,
  results: Results,
  settings: RunSettings,
): Promise<Pick<RunResult, "references" | "notices" | "commit">> {
  const isWhole = settings.keepGoing || [...results.values()].every(({ outcome }) => outcome === "built");
  const locks = builtDigests(results);
  if (!isWhole || settings.signal.aborted || locks.size === 0) return { references: [], notices: [] };
  world.report({ kind: "rewriting" });
  const pins = new Map([...usedDigests(survey, locks.keys()), ...locks]);
  const stale = await findStalePins(world.checkout, configured, survey, pins);
  const written = await writeDigests(world.checkout, configured, survey, stale, { pins, locks }, settings);
  return { references: stale.changes, ...written };
}

function builtDigests(results: Results): ReadonlyMap<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const [image, { digest }] of results) if (digest !== undefined) digests.set(image, digest);
  return digests;
}

/** The lockfile's digests that the built images were built on: their Dockerfiles must say so too. */
function usedDigests(survey: Survey, built: Iterable<string>): ReadonlyMap<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const dependency of [...built].flatMap((image) => survey.graph.dependenciesOf(image))) {
    const digest = survey.lockfile.images.get(dependency)?.digest;
    if (digest !== undefined) digests.set(dependency, digest);
  }
  return digests;
}
