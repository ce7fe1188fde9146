import { remainingPaths } from "../graph/remaining-paths.ts";
import type { ImageResult } from "../model/run.ts";
import type { Jobs } from "../schedule/run-jobs.ts";
import { makeImage, publishImage, type BuiltImage } from "./build-image.ts";
import { needsDigests } from "./needs-digests.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** How the jobs of a run are bounded and ended. */
export interface JobSettings {
  /** Most builds at the same time, at least 1, beside those of builders that have a bound of their own. */
  readonly concurrency: number;
  /** The user's interrupt. */
  readonly signal: AbortSignal;
}

/** Seconds. */
const HEAD_START = 0.1;

/** The images of a run as jobs. `finish` is told of each result and gives it back. */
export function jobsOf(
  run: Run,
  settings: JobSettings,
  finish: (image: string, result: ImageResult) => ImageResult,
): Jobs<string, BuiltImage, ImageResult> {
  const { graph } = run.survey;
  const paths = remainingPaths(graph, () => 1);
  const importanceOf = (image: string) => paths.get(image) ?? 0;
  const unmade = new Set(run.images);
  // What all others wait for has the machine to itself for a moment: to begin a build takes more of it than most steps do.
  const giveWay = () => run.world.clock.sleep(HEAD_START, run.signal).catch(() => undefined);
  return {
    names: [...run.images],
    dependenciesOf: (image) => graph.dependenciesOf(image).filter((dependency) => run.images.has(dependency)),
    needsResults: (image) => needsDigests(run, image),
    importanceOf,
    laneOf: (image) => laneOf(run, image),
    concurrency: (lane) => run.configured.builders.get(lane) ?? settings.concurrency,
    goesOn: () => !run.signal.aborted,
    hasSucceeded,
    make: async (image, results) => {
      run.world.report({ kind: "place", image, taken: true });
      if ([...unmade].some((other) => importanceOf(other) > importanceOf(image))) await giveWay();
      const half = await makeImage(run, results, image);
      unmade.delete(image);
      run.world.report({ kind: "place", image, taken: false });
      return "made" in half ? half : { result: finish(image, half.result) };
    },
    finish: async (image, built, failed, results) => {
      if (graph.dependentsOf(image).some((dependent) => unmade.has(dependent))) await giveWay();
      return finish(image, await publishImage(run, results, built, failed));
    },
    skip: (image, failed) => finish(image, notStarted(failed, settings.signal.aborted)),
  };
}

/** A builder with a bound of its own; all others share the run's. */
function laneOf({ survey, configured: { builders } }: Run, image: string): string {
  const { builder = "" } = imageIn(survey, image).image;
  return builders.has(builder) ? builder : "";
}

/** Whether an image is as its files say now. */
export function hasSucceeded({ outcome }: ImageResult): boolean {
  return outcome === "built" || outcome === "reused";
}

function notStarted(failed: readonly string[], interrupted: boolean): ImageResult {
  const nothing = { seconds: 0, pushed: false };
  if (interrupted) return { ...nothing, outcome: "aborted", error: "interrupted before it was started" };
  if (failed.length > 0) return { ...nothing, outcome: "skipped", error: `needs ${failed.join(", ")}` };
  return { ...nothing, outcome: "aborted", error: "not started, because another image failed" };
}
