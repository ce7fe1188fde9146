/**
 * Runs jobs in dependency order: each as soon as its own dependencies are done, never level by level; at most so many
 * at a time in each lane; the most important of the ready ones first. Knows nothing of images.
 *
 * A job has two halves. What it makes is there for its dependents as soon as it is made; whether it counts is known
 * when it is finished, and a job is finished only after all that it depends on.
 *
 * What is handed to the limiter is not a job but "take the most important job that is ready now", so that the choice
 * is made when a place opens and not when a job became ready.
 */
import pLimit, { type LimitFunction } from "p-limit";

/** What is to be run, and how. */
export interface Jobs<Name, Made, Result> {
  /** Every job once, dependencies before their dependents; ties in importance keep this order. */
  readonly names: readonly Name[];
  /** The jobs among `names` that a job builds on. */
  readonly dependenciesOf: (name: Name) => readonly Name[];
  /** Whether a job can be started only when its dependencies are finished; else it is when they are made. */
  readonly needsResults: (name: Name) => boolean;
  /** The larger, the earlier among those that are ready. */
  readonly importanceOf: (name: Name) => number;
  /** Where a job is made. Each lane has a bound of its own. */
  readonly laneOf: (name: Name) => string;
  /** How many jobs are being made at the same time in a lane, at least 1. */
  readonly concurrency: (lane: string) => number;
  /** The first half. `results` has those of its dependencies that are finished. A result instead: it has failed. */
  readonly make: (name: Name, results: ReadonlyMap<Name, Result>) => Promise<Half<Made, Result>>;
  /** The second half, when all dependencies are finished; `failed` are those that have not succeeded. */
  readonly finish: (
    name: Name,
    made: Made,
    failed: readonly Name[],
    results: ReadonlyMap<Name, Result>,
  ) => Promise<Result>;
  readonly hasSucceeded: (result: Result) => boolean;
  /** The result of a job that is not started; `failed` are its dependencies that have not succeeded, if any. */
  readonly skip: (name: Name, failed: readonly Name[]) => Result;
  /** Whether anything more may be started; asked each time before a job is. */
  readonly goesOn: () => boolean;
}

/** What the first half comes to. */
export type Half<Made, Result> = { readonly made: Made } | { readonly result: Result };

/** Gives every job a result. Rejects with the first error that a job throws, after all running jobs have ended. */
export async function runJobs<Name, Made, Result>(
  jobs: Jobs<Name, Made, Result>,
): Promise<ReadonlyMap<Name, Result>> {
  return new Running(jobs).results();
}

class Running<Name, Made, Result> {
  readonly #jobs: Jobs<Name, Made, Result>;
  readonly #limits: ReadonlyMap<string, LimitFunction>;
  readonly #waiting: Set<Name>;
  readonly #made = new Set<Name>();
  readonly #results = new Map<Name, Result>();
  readonly #runs = new Map<Name, Promise<void>>();
  readonly #errors: unknown[] = [];
  /** Places and runs; grows while it is waited for. */
  readonly #work: Promise<void>[] = [];

  constructor(jobs: Jobs<Name, Made, Result>) {
    this.#jobs = jobs;
    const lanes = new Set(jobs.names.map((name) => jobs.laneOf(name)));
    this.#limits = new Map([...lanes].map((lane) => [lane, pLimit(jobs.concurrency(lane))]));
    this.#waiting = new Set(jobs.names);
  }

  async results(): Promise<ReadonlyMap<Name, Result>> {
    this.#askForPlaces();
    for (const part of this.#work) await part;
    if (this.#errors.length > 0) throw this.#errors[0];
    for (const name of this.#jobs.names) {
      if (this.#waiting.has(name)) this.#results.set(name, this.#jobs.skip(name, this.#failedOf(name)));
    }
    return this.#results;
  }

  /** Asks for as many places as there are ready jobs; a place that finds none left is given back at once. */
  #askForPlaces(): void {
    for (const [lane, limit] of this.#limits) {
      for (let missing = this.#ready(lane).length - limit.pendingCount; missing > 0; missing -= 1) {
        this.#work.push(limit(() => this.#occupyPlace(lane)));
      }
    }
  }

  async #occupyPlace(lane: string): Promise<void> {
    const name = this.#takeMostImportant(lane);
    if (name === undefined) return;
    await new Promise<void>((leave) => {
      const run = this.#run(name, leave).finally(leave);
      this.#runs.set(name, run);
      this.#work.push(run);
    });
  }

  async #run(name: Name, leave: () => void): Promise<void> {
    try {
      const half = await this.#jobs.make(name, this.#results);
      if ("made" in half) this.#made.add(name);
      else this.#results.set(name, half.result);
      leave();
      this.#askForPlaces();
      if ("made" in half) this.#results.set(name, await this.#finish(name, half.made));
    } catch (error) {
      this.#errors.push(error);
    }
    this.#askForPlaces();
  }

  async #finish(name: Name, made: Made): Promise<Result> {
    for (const dependency of this.#jobs.dependenciesOf(name)) await this.#runs.get(dependency);
    return this.#jobs.finish(name, made, this.#failedOf(name), this.#results);
  }

  #takeMostImportant(lane: string): Name | undefined {
    const importance = (name: Name) => this.#jobs.importanceOf(name);
    const [first] = this.#ready(lane).toSorted((a, b) => importance(b) - importance(a));
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }

  #ready(lane: string): readonly Name[] {
    if (this.#errors.length > 0 || !this.#jobs.goesOn()) return [];
    return [...this.#waiting].filter(
      (name) =>
        this.#jobs.laneOf(name) === lane &&
        this.#jobs.dependenciesOf(name).every((d) => this.#isThere(name, d)),
    );
  }

  /** A dependency that was made and then failed is there no more. */
  #isThere(name: Name, dependency: Name): boolean {
    if (this.#results.has(dependency)) return this.#hasSucceeded(dependency);
    return this.#made.has(dependency) && !this.#jobs.needsResults(name);
  }

  #hasSucceeded(name: Name): boolean {
    return this.#results.has(name) && this.#jobs.hasSucceeded(this.#results.get(name) as Result);
  }

  #failedOf(name: Name): readonly Name[] {
    return this.#jobs.dependenciesOf(name).filter((dependency) => !this.#hasSucceeded(dependency));
  }
}
