/** The record of a run: what a report of it needs, apart from the logs. */
import type { Decision } from "../model/plan.ts";
import type { RunResult } from "../model/run.ts";
import { RECORD_VERSION, type RecordedImage, type RunRecord, type Span } from "../model/run-record.ts";
import { assignPlaces } from "../schedule/assign-places.ts";
import { findBound, type TimedJob } from "../schedule/find-bound.ts";
import type { Prepared } from "./build-images.ts";
import { describeGraph } from "./describe-graph.ts";
import type { Watch } from "./watch-run.ts";

/** What a record says beside what happened in the run. */
export interface RecordFacts extends Pick<RunRecord, "program" | "date" | "concurrency"> {
  /** The clock at the end of the run. */
  readonly end: number;
}

/** What is kept of a run that has ended. */
export function describeRun(
  { survey, plan }: Pick<Prepared, "survey" | "plan">,
  result: RunResult,
  watch: Watch,
  { end, concurrency, ...facts }: RecordFacts,
): RunRecord {
  const spans = spansOf(watch);
  const decisions = new Map(plan.decisions.map((decision) => [decision.image, decision]));
  const { order, images } = describeGraph(survey);
  const recorded = order.flatMap((name): readonly RecordedImage[] => {
    const image = images[name];
    const span = spans.get(name);
    if (image === undefined) return [];
    return [{ name, ...image, ...decisionOf(decisions.get(name)), ...(span === undefined ? {} : { span }) }];
  });
  return {
    version: RECORD_VERSION,
    ...facts,
    seconds: rounded(end - watch.planned()),
    concurrency,
    bound: findBound(recorded.flatMap(timedJob), concurrency),
    images: recorded,
    result,
  };
}

function decisionOf(decision: Decision | undefined): Pick<RecordedImage, "decision"> {
  if (decision === undefined) return {};
  const { action, reasons, digest, untracked } = decision;
  return {
    decision: {
      action,
      reasons,
      ...(digest === undefined ? {} : { digest }),
      ...(untracked === undefined ? {} : { untracked }),
    },
  };
}

/** Of the images that were begun. */
function spansOf(watch: Watch): ReadonlyMap<string, Span> {
  const since = (now: number) => rounded(now - watch.planned());
  const begun = [...watch.images].flatMap(([name, { start, end, made = end, phases }]) => {
    if (start === undefined || end === undefined || made === undefined) return [];
    const since0 = phases.map((each) => ({ phase: each.phase, start: since(each.start) }));
    return [{ name, start: since(start), made: since(made), end: since(end), phases: since0 }];
  });
  const places = assignPlaces(begun.map(({ name, start, made }) => ({ name, start, end: made })));
  return new Map(begun.map(({ name, ...span }) => [name, { place: places.get(name) ?? 0, ...span }]));
}

/** What it took, without what it waited for: between its build and its push that is its dependencies. */
export function timedJob({ name, dependencies, span }: RecordedImage): readonly TimedJob<string>[] {
  if (span === undefined) return [];
  const { start, made, end, phases } = span;
  const pushing = phases.find(({ phase }) => phase === "pushing")?.start ?? end;
  return [{ name, dependencies, making: made - start, finishing: end - Math.max(pushing, made) }];
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
