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
    leavesEarly: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
  })
  .map((world) => ({ ...world, edges: world.edges.filter(([a, b]) => a < b && b < world.size) }));

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly started: number[];
  readonly endedBefore: Map<number, ReadonlySet<number>>;
  most: number;
}

function jobsOf(world: World, seen: Seen): Jobs<number, Ending> {
  const ended = new Set<number>();
  let holding = 0;
  return {
    names: Array.from({ length: world.size }, (_, index) => index),
    dependenciesOf: (job) => world.edges.filter(([, to]) => to === job).map(([from]) => from),
    importanceOf: (job) => world.delays[job] ?? 0,
    concurrency: world.concurrency,
    hasSucceeded: (result) => result === "ok",
    skip: () => "skipped",
    goesOn: () => true,
    run: async (job, leave) => {
      seen.started.push(job);
      seen.endedBefore.set(job, new Set(ended));
      holding += 1;
      seen.most = Math.max(seen.most, holding);
      for (let turn = world.delays[job] ?? 0; turn > 0; turn -= 1) await new Promise(setImmediate);
      holding -= 1;
      if (world.leavesEarly[job] === true) {
        leave();
        await new Promise(setImmediate);
      }
      ended.add(job);
      return world.fails.includes(job) ? "failed" : "ok";
    },
  };
}

describe("runJobs", () => {
  it("never starts a job before its dependencies, never exceeds the bound, and gives every job a result", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const seen: Seen = { started: [], endedBefore: new Map(), most: 0 };
        const jobs = jobsOf(world, seen);
        const results = await runJobs(jobs);

        expect([...results.keys()].toSorted((a, b) => a - b)).toEqual(jobs.names);
        expect(new Set(seen.started).size).toBe(seen.started.length);
        expect(seen.most).toBeLessThanOrEqual(world.concurrency);
        for (const job of jobs.names) {
          const dependencies = jobs.dependenciesOf(job);
          const startable = dependencies.every((dependency) => results.get(dependency) === "ok");
          expect(results.get(job)).toBe(
            startable ? (world.fails.includes(job) ? "failed" : "ok") : "skipped",
          );
          for (const dependency of startable ? dependencies : []) {
            expect(seen.endedBefore.get(job)?.has(dependency)).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("picks the most important of the jobs that are ready when a place opens", async () => {
    const started: string[] = [];
    const importance: Record<string, number> = { first: 1, small: 2, big: 9, late: 5 };
    await runJobs({
      names: ["first", "small", "big", "late"],
      dependenciesOf: (job) => (job === "late" ? ["first"] : []),
      importanceOf: (job) => importance[job] ?? 0,
      concurrency: 1,
      hasSucceeded: () => true,
      skip: () => "skipped",
      goesOn: () => true,
      run: (job) => {
        started.push(job);
        return Promise.resolve("ok");
      },
    });
    expect(started).toEqual(["big", "small", "first", "late"]);
  });

  it("starts a job in the place of one that has left and is not done", async () => {
    let release: () => void = () => undefined;
    const pushed = new Promise<void>((resolve) => (release = resolve));
    const started: string[] = [];
    await runJobs({
      names: ["pushes", "builds"],
      dependenciesOf: () => [],
      importanceOf: () => 0,
      concurrency: 1,
      hasSucceeded: () => true,
      skip: () => undefined,
      goesOn: () => true,
      run: async (job, leave) => {
        started.push(job);
        leave();
        if (job === "pushes") await pushed;
        else release();
        return undefined;
      },
    });
    expect(started).toEqual(["pushes", "builds"]);
  });

  it("starts nothing more once it may not go on, and names the failed dependencies of what it skips", async () => {
    let goesOn = true;
    const results = await runJobs<string, string>({
      names: ["fails", "dependent", "other"],
      dependenciesOf: (job) => (job === "dependent" ? ["fails"] : []),
      importanceOf: () => 0,
      concurrency: 1,
      hasSucceeded: (result) => result === "ok",
      skip: (_, failed) => `skipped for ${failed.join()}`,
      goesOn: () => goesOn,
      run: () => {
        goesOn = false;
        return Promise.resolve("failed");
      },
    });
    expect(Object.fromEntries(results)).toEqual({
      fails: "failed",
      dependent: "skipped for fails",
      other: "skipped for ",
    });
  });

  it("rejects with what a job throws, after the running ones have ended", async () => {
    let ended = false;
    const running = runJobs<string, string>({
      names: ["throws", "slow"],
      dependenciesOf: () => [],
      importanceOf: () => 0,
      concurrency: 2,
      hasSucceeded: () => true,
      skip: () => "skipped",
      goesOn: () => true,
      run: async (job) => {
        if (job === "throws") throw new Error("a bug");
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
        ended = true;
        return "ok";
      },
    });
    await expect(running).rejects.toThrow("a bug");
    expect(ended).toBe(true);
  });
});
