import type { TimedJob } from "./find-bound.ts";

/** A job that has not ended: `making` and `finishing` are what is left of its halves. */
export interface OpenJob<Name> extends TimedJob<Name> {
  readonly state: "waiting" | "making" | "finishing";
}

/**
 * How long it takes until all jobs have ended, if they take what they say and are started as `runJobs` does: as soon as there is a
 * place and what they depend on is made, the longest remaining path first. Dependencies stand before their dependents; those
 * that are no jobs have ended. All places are one lane.
 */
export function foreseeEnd<Name>(jobs: readonly OpenJob<Name>[], concurrency: number): number {
  const madeAt = new Map<Name, number>();
  const places: number[] = [];
  for (const { name, state, making } of jobs) {
    if (state === "waiting") continue;
    madeAt.set(name, state === "making" ? making : 0);
    if (state === "making") places.push(making);
  }
  while (places.length < concurrency) places.push(0);
  const paths = pathsOf(jobs);
  const waiting = new Map(jobs.filter((job) => !madeAt.has(job.name)).map((job) => [job.name, job]));
  while (waiting.size > 0) {
    const place = places.indexOf(Math.min(...places));
    const next = nextOf([...waiting.values()], places[place] ?? 0, madeAt, paths);
    if (next === undefined) throw new Error("a job stands before what it depends on");
    const made = next.start + next.job.making;
    waiting.delete(next.job.name);
    madeAt.set(next.job.name, made);
    places[place] = made;
  }
  return lastEnd(jobs, madeAt);
}

/** What is taken when a place becomes free: the most important of the ready ones, or else the first that will be ready. */
function nextOf<Name>(
  waiting: readonly OpenJob<Name>[],
  free: number,
  madeAt: ReadonlyMap<Name, number>,
  paths: ReadonlyMap<Name, number>,
) {
  const open = new Set(waiting.map(({ name }) => name));
  const startable = waiting
    .filter(({ dependencies }) => !dependencies.some((each) => open.has(each)))
    .map((job) => ({
      job,
      start: Math.max(free, ...job.dependencies.map((each) => madeAt.get(each) ?? 0)),
      path: paths.get(job.name) ?? 0,
    }));
  return startable.reduce<(typeof startable)[number] | undefined>(
    (best, each) =>
      best === undefined || each.start < best.start || (each.start === best.start && each.path > best.path)
        ? each
        : best,
    undefined,
  );
}

/** For each job how long it and the longest chain of what depends on it take to be made. */
function pathsOf<Name>(jobs: readonly OpenJob<Name>[]): ReadonlyMap<Name, number> {
  const after = new Map<Name, number>();
  const paths = new Map<Name, number>();
  for (const { name, dependencies, making } of jobs.toReversed()) {
    const path = making + (after.get(name) ?? 0);
    paths.set(name, path);
    for (const dependency of dependencies) after.set(dependency, Math.max(path, after.get(dependency) ?? 0));
  }
  return paths;
}

/** A job is finished only after what it depends on is. */
function lastEnd<Name>(jobs: readonly OpenJob<Name>[], madeAt: ReadonlyMap<Name, number>): number {
  const ends = new Map<Name, number>();
  for (const { name, dependencies, finishing } of jobs) {
    const needed = dependencies.map((each) => ends.get(each) ?? 0);
    ends.set(name, Math.max(madeAt.get(name) ?? 0, ...needed) + finishing);
  }
  return Math.max(0, ...ends.values());
}
