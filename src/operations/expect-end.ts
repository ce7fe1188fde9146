/** When a run will have ended, by what its images took in earlier runs. */
import type { ImageGraph } from "../graph/build-graph.ts";
import type { Plan } from "../model/plan.ts";
import type { RunRecord } from "../model/run-record.ts";
import type { Clock } from "../ports.ts";
import { foreseeEnd, type OpenJob } from "../schedule/foresee-end.ts";
import { timedJob } from "./describe-run.ts";
import type { Watch, WatchedImage } from "./watch-run.ts";

/** How long an image held a place, and how long its push took, in seconds. */
export interface Duration {
  readonly making: number;
  readonly finishing: number;
}

/** A run that is going on. */
export interface GoingRun {
  readonly graph: ImageGraph;
  readonly plan: Plan;
  readonly watch: Pick<Watch, "images">;
  readonly durations: ReadonlyMap<string, Duration>;
  readonly concurrency: number;
  readonly keepGoing: boolean;
}

/** What each image took when it was built last; records stand newest first. */
export function durationsOf(records: readonly RunRecord[]): ReadonlyMap<string, Duration> {
  const durations = new Map<string, Duration>();
  for (const { images, result } of records)
    for (const image of images)
      if (result.images[image.name]?.outcome === "built" && !durations.has(image.name))
        for (const { making, finishing } of timedJob(image)) durations.set(image.name, { making, finishing });
  return durations;
}

/** Asks `secondsLeft` at most once a second: it is looked at whenever something is drawn. */
export function expectEnd(run: GoingRun, clock: Pick<Clock, "now">): () => number | undefined {
  let asked = -Infinity;
  let answer: number | undefined;
  return () => {
    const now = clock.now();
    if (now - asked >= 1) {
      asked = now;
      answer = secondsLeft(run, now);
    }
    return answer;
  };
}

/**
 * How long the run still takes. An image that was never built takes what is usual among the others; `undefined` where that is
 * so for most, and after a failure that ends the run.
 */
export function secondsLeft(run: GoingRun, now: number): number | undefined {
  const open = openImages(run);
  if (open === undefined) return undefined;
  const built = open.filter(({ action }) => action === "build").map(({ image }) => image);
  const known = built.filter((image) => run.durations.has(image));
  if (built.length === 0 || known.length * 2 < built.length) return undefined;
  const usual = usualOf([...run.durations.values()]);
  const jobs = open.map(({ image, action }): OpenJob<string> => {
    const duration = action === "build" ? (run.durations.get(image) ?? usual) : { making: 0, finishing: 0 };
    const dependencies = run.graph.dependenciesOf(image);
    return { name: image, dependencies, ...restOf(run.watch.images.get(image), duration, now) };
  });
  return foreseeEnd(jobs, run.concurrency);
}

/** The images that have not ended and will not be skipped; `undefined` where nothing more is begun. */
function openImages({ graph, plan, watch, keepGoing }: GoingRun) {
  const lost = new Set<string>();
  const decisions = plan.decisions.filter(({ action }) => action !== "up-to-date");
  for (const { image } of decisions) {
    const { outcome } = watch.images.get(image) ?? {};
    const isLost = outcome !== undefined && outcome !== "built" && outcome !== "reused";
    if (isLost && !keepGoing) return undefined;
    if (isLost || graph.dependenciesOf(image).some((each) => lost.has(each))) lost.add(image);
  }
  return decisions.filter(({ image }) => watch.images.get(image)?.outcome === undefined && !lost.has(image));
}

function restOf(
  watched: WatchedImage | undefined,
  { making, finishing }: Duration,
  now: number,
): Pick<OpenJob<string>, "state" | "making" | "finishing"> {
  if (watched?.start === undefined) return { state: "waiting", making, finishing };
  const { start, made } = watched;
  if (made === undefined) return { state: "making", making: left(making, now - start), finishing };
  return { state: "finishing", making: 0, finishing: left(finishing, now - made) };
}

function left(seconds: number, passed: number): number {
  return Math.max(0, seconds - passed);
}

/** The one in the middle, which a few that take hours do not move. */
function usualOf(durations: readonly Duration[]): Duration {
  const sorted = durations.toSorted((a, b) => a.making - b.making);
  return sorted[Math.floor(sorted.length / 2)] ?? { making: 0, finishing: 0 };
}
