/**
 * Runs jobs in dependency order: each as soon as its own dependencies are done, never level by level; at most so many
 * at a time; the most important of the ready ones first. Knows nothing of images.
 *
 * What is handed to the limiter is not a job but "take the most important job that is ready now", so that the choice
 * is made when a place opens and not when a job became ready.
 */
import pLimit, { type LimitFunction } from "p-limit";

/** What is to be run, and how. */
export interface Jobs<Name, Result> {
  /** Every job once, dependencies before their dependents; ties in importance keep this order. */
  readonly names: readonly Name[];
  /** The jobs among `names` that must have succeeded before a job is started. */
  dependenciesOf(name: Name): readonly Name[];
  /** The larger, the earlier among those that are ready. */
  importanceOf(name: Name): number;
  /** How many jobs hold a place at the same time, at least 1. */
  readonly concurrency: number;
  /**
   * Does the job. It holds its place until it calls `leave` or ends; what comes after `leave` is bounded elsewhere.
   * `results` has the results of its dependencies.
   */
  run(name: Name, leave: () => void, results: ReadonlyMap<Name, Result>): Promise<Result>;
  /** Whether dependents may be started on the result. */
  hasSucceeded(result: Result): boolean;
  /** The result of a job that is not started; `failed` are its dependencies that have not succeeded, if any. */
  skip(name: Name, failed: readonly Name[]): Result;
  /** Whether anything more may be started; asked each time before a job is. */
  goesOn(): boolean;
}

/** Gives every job a result. Rejects with the first error that `run` throws, after all running jobs have ended. */
export async function runJobs<Name, Result>(jobs: Jobs<Name, Result>): Promise<ReadonlyMap<Name, Result>> {
  return new Running(jobs).results();
}

class Running<Name, Result> {
  readonly #jobs: Jobs<Name, Result>;
  readonly #limit: LimitFunction;
  readonly #waiting: Set<Name>;
  readonly #results = new Map<Name, Result>();
  readonly #errors: unknown[] = [];
  /** Grows while it is waited for. */
  readonly #work: Promise<void>[] = [];

  constructor(jobs: Jobs<Name, Result>) {
    this.#jobs = jobs;
    this.#limit = pLimit(jobs.concurrency);
    this.#waiting = new Set(jobs.names);
  }

  async results(): Promise<ReadonlyMap<Name, Result>> {
    this.#askForPlaces();
    for (const part of this.#work) await part;
    if (this.#errors.length > 0) throw this.#errors[0];
    for (const name of this.#jobs.names) {
      if (this.#waiting.has(name))
        this.#results.set(name, this.#jobs.skip(name, this.#failedDependencies(name)));
    }
    return this.#results;
  }

  /** Asks for as many places as there are ready jobs; a place that finds none left is given back at once. */
  #askForPlaces(): void {
    for (let missing = this.#ready().length - this.#limit.pendingCount; missing > 0; missing -= 1) {
      this.#work.push(this.#limit(() => this.#occupyPlace()));
    }
  }

  async #occupyPlace(): Promise<void> {
    const name = this.#takeMostImportant();
    if (name === undefined) return;
    await new Promise<void>((leave) => {
      this.#work.push(this.#run(name, leave).finally(leave));
    });
  }

  async #run(name: Name, leave: () => void): Promise<void> {
    try {
      this.#results.set(name, await this.#jobs.run(name, leave, this.#results));
    } catch (error) {
      this.#errors.push(error);
    }
    this.#askForPlaces();
  }

  #takeMostImportant(): Name | undefined {
    const importance = (name: Name) => this.#jobs.importanceOf(name);
    const [first] = this.#ready().toSorted((a, b) => importance(b) - importance(a));
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }

  #ready(): readonly Name[] {
    if (this.#errors.length > 0 || !this.#jobs.goesOn()) return [];
    return [...this.#waiting].filter((name) =>
      this.#jobs.dependenciesOf(name).every((d) => this.#succeeded(d)),
    );
  }

  #succeeded(name: Name): boolean {
    return this.#results.has(name) && this.#jobs.hasSucceeded(this.#results.get(name) as Result);
  }

  #failedDependencies(name: Name): readonly Name[] {
    return this.#jobs.dependenciesOf(name).filter((dependency) => !this.#succeeded(dependency));
  }
}
