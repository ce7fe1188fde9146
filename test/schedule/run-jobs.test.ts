import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { runJobs, type Jobs } from "../../src/schedule/run-jobs.ts";

type Ending = "ok" | "failed" | "skipped";

/** A random acyclic graph: each job may depend on earlier ones. Jobs are numbers; `fails` are those that fail. */
const worlds = fc
  .record({
    size: fc.integer({ min: 0, max: 20 }),
    edges: fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 50 }),
    fails: fc.uniqueArray(fc.nat(19), { maxLength: 4 }),
    delays: fc.array(fc.nat(5), { minLength: 20, maxLength: 20 }),
    patient: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
    failsWhenMade: fc.boolean(),
    concurrency: fc.integer({ min: 1, max: 5 }),
  })
  .map((world) => ({ ...world, edges: world.edges.filter(([a, b]) => a < b && b < world.size) }));

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly started: number[];
  readonly finished: number[];
  /** For each job what was made, and what was finished, before it was started, and before it was finished. */
  readonly before: Map<number, { readonly made: ReadonlySet<number>; readonly done: ReadonlySet<number> }>;
  readonly doneBeforeEnd: Map<number, ReadonlySet<number>>;
  most: number;
}

function jobsOf(world: World, seen: Seen): Jobs<number, string, Ending> {
  const made = new Set<number>();
  const done = new Set<number>();
  let holding = 0;
  const turns = async (job: number) => {
    for (let turn = world.delays[job] ?? 0; turn > 0; turn -= 1) await new Promise(setImmediate);
  };
  return {
    names: Array.from({ length: world.size }, (_, index) => index),
    dependenciesOf: (job) => world.edges.filter(([, to]) => to === job).map(([from]) => from),
    needsResults: (job) => world.patient[job] ?? false,
    importanceOf: (job) => world.delays[job] ?? 0,
    laneOf: () => "",
    concurrency: () => world.concurrency,
    hasSucceeded: (result) => result === "ok",
    skip: () => "skipped",
    goesOn: () => true,
    make: async (job) => {
      seen.started.push(job);
      seen.before.set(job, { made: new Set(made), done: new Set(done) });
      holding += 1;
      seen.most = Math.max(seen.most, holding);
      await turns(job);
      holding -= 1;
      if (world.failsWhenMade && world.fails.includes(job)) return { result: "failed" };
      made.add(job);
      return { made: "it" };
    },
    finish: async (job, _, failed) => {
      seen.finished.push(job);
      seen.doneBeforeEnd.set(job, new Set(done));
      await turns(job);
      if (failed.length > 0) return "skipped";
      done.add(job);
      return world.fails.includes(job) ? "failed" : "ok";
    },
  };
}

/** Jobs of one half, by their names. */
function plainJobs<Result>(
  jobs: Pick<Jobs<string, Result, Result>, "names"> & {
    run: (name: string) => Promise<Result>;
  } & Partial<Jobs<string, Result, Result>>,
): Jobs<string, Result, Result> {
  return {
    dependenciesOf: () => [],
    needsResults: () => true,
    importanceOf: () => 0,
    laneOf: () => "",
    concurrency: () => 1,
    make: async (name) => ({ made: await jobs.run(name) }),
    finish: (_, made) => Promise.resolve(made),
    hasSucceeded: (result) => result === "ok",
    skip: () => {
      throw new Error("nothing is skipped");
    },
    goesOn: () => true,
    ...jobs,
  };
}

describe("runJobs", () => {
  it("never starts a job before its dependencies, never exceeds the bound, and gives every job a result", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const seen: Seen = {
          started: [],
          finished: [],
          before: new Map(),
          doneBeforeEnd: new Map(),
          most: 0,
        };
        const jobs = jobsOf(world, seen);
        const results = await runJobs(jobs);

        expect([...results.keys()].toSorted((a, b) => a - b)).toEqual(jobs.names);
        expect(new Set(seen.started).size).toBe(seen.started.length);
        expect(new Set(seen.finished).size).toBe(seen.finished.length);
        expect(seen.most).toBeLessThanOrEqual(world.concurrency);
        for (const job of jobs.names) {
          const dependencies = jobs.dependenciesOf(job);
          const succeed = dependencies.every((dependency) => results.get(dependency) === "ok");
          expect(results.get(job)).toBe(succeed ? (world.fails.includes(job) ? "failed" : "ok") : "skipped");
          const before = seen.before.get(job);
          for (const dependency of before === undefined ? [] : dependencies) {
            expect((jobs.needsResults(job) ? before?.done : before?.made)?.has(dependency)).toBe(true);
          }
          for (const dependency of seen.finished.includes(job) && succeed ? dependencies : []) {
            expect(seen.doneBeforeEnd.get(job)?.has(dependency)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("picks the most important of the jobs that are ready when a place opens", async () => {
    const started: string[] = [];
    const importance: Record<string, number> = { first: 1, small: 2, big: 9, late: 5 };
    await runJobs(
      plainJobs({
        names: ["first", "small", "big", "late"],
        dependenciesOf: (job) => (job === "late" ? ["first"] : []),
        importanceOf: (job) => importance[job] ?? 0,
        run: (job) => {
          started.push(job);
          return Promise.resolve("ok");
        },
      }),
    );
    expect(started).toEqual(["big", "small", "first", "late"]);
  });

  it("starts a job on what another has made, in its place, while that is being finished", async () => {
    let release: () => void = () => undefined;
    const dependentStarted = new Promise<void>((resolve) => (release = resolve));
    const ends: string[] = [];
    await runJobs(
      plainJobs({
        names: ["parent", "child"],
        dependenciesOf: (job) => (job === "child" ? ["parent"] : []),
        needsResults: () => false,
        run: (job) => {
          if (job === "child") release();
          return Promise.resolve("ok");
        },
        finish: async (job, made) => {
          if (job === "parent") await dependentStarted;
          ends.push(job);
          return made;
        },
      }),
    );
    expect(ends).toEqual(["parent", "child"]);
  });

  it("starts nothing more once it may not go on, and names the failed dependencies of what it skips", async () => {
    let goesOn = true;
    const results = await runJobs(
      plainJobs({
        names: ["fails", "dependent", "other"],
        dependenciesOf: (job) => (job === "dependent" ? ["fails"] : []),
        skip: (_, failed) => `skipped for ${failed.join()}`,
        goesOn: () => goesOn,
        run: () => {
          goesOn = false;
          return Promise.resolve("failed");
        },
      }),
    );
    expect(Object.fromEntries(results)).toEqual({
      fails: "failed",
      dependent: "skipped for fails",
      other: "skipped for ",
    });
  });

  it("bounds each lane for itself, and keeps each busy while another one is full", async () => {
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    let together = 0;
    const names = ["a1", "a2", "a3", "b1", "b2", "b3", "b4"];
    await runJobs(
      plainJobs({
        names,
        laneOf: (job) => job.slice(0, 1),
        concurrency: (lane) => (lane === "a" ? 1 : 3),
        run: async (job) => {
          const lane = job.slice(0, 1);
          running.set(lane, (running.get(lane) ?? 0) + 1);
          most.set(lane, Math.max(most.get(lane) ?? 0, running.get(lane) ?? 0));
          together = Math.max(together, (running.get("a") ?? 0) + (running.get("b") ?? 0));
          for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
          running.set(lane, (running.get(lane) ?? 0) - 1);
          return "ok";
        },
      }),
    );
    expect([most.get("a"), most.get("b"), together]).toEqual([1, 3, 4]);
  });

  it("rejects with what a job throws, after the running ones have ended", async () => {
    let ended = false;
    const running = runJobs(
      plainJobs({
        names: ["throws", "slow"],
        concurrency: () => 2,
        run: async (job) => {
          if (job === "throws") throw new Error("a bug");
          for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
          ended = true;
          return "ok";
        },
      }),
    );
    await expect(running).rejects.toThrow("a bug");
    expect(ended).toBe(true);
  });
});
