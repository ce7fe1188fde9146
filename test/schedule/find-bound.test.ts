import { describe, expect, it } from "@jest/globals";
import { assignPlaces } from "../../src/schedule/assign-places.ts";
import { findBound, type TimedJob } from "../../src/schedule/find-bound.ts";

/** `name: [dependencies, making, finishing]` */
type Jobs = Readonly<
  Record<string, readonly [dependencies: readonly string[], making: number, finishing: number]>
>;

function jobsOf(jobs: Jobs): readonly TimedJob<string>[] {
  return Object.entries(jobs).map(([name, [dependencies, making, finishing]]) => ({
    name,
    dependencies,
    making,
    finishing,
  }));
}

describe("the bound that no schedule can beat", () => {
  it.each<[string, Jobs, number, ReturnType<typeof findBound>]>([
    ["nothing", {}, 2, { chain: [], chainSeconds: 0, shareSeconds: 0 }],
    ["one job with both halves", { a: [[], 3, 1] }, 2, { chain: ["a"], chainSeconds: 4, shareSeconds: 1.5 }],
    [
      "a child does not wait for its parent's second half to be made",
      { a: [[], 3, 1], b: [["a"], 2, 1] },
      1,
      { chain: ["a", "b"], chainSeconds: 6, shareSeconds: 5 },
    ],
    [
      "a child is finished after its parent is",
      { a: [[], 1, 10], b: [["a"], 1, 1] },
      1,
      { chain: ["a", "b"], chainSeconds: 12, shareSeconds: 2 },
    ],
    [
      "the longer one of two ways through a diamond",
      { a: [[], 1, 0], b: [["a"], 5, 0], c: [["a"], 2, 0], d: [["b", "c"], 1, 0] },
      2,
      { chain: ["a", "b", "d"], chainSeconds: 7, shareSeconds: 4.5 },
    ],
    [
      "what is no job does not count",
      { b: [["up-to-date"], 2, 0] },
      4,
      { chain: ["b"], chainSeconds: 2, shareSeconds: 0.5 },
    ],
  ])("%s", (_, jobs, concurrency, expected) => {
    expect(findBound(jobsOf(jobs), concurrency)).toEqual(expected);
  });
});

describe("places", () => {
  it("hold one job at a time, and the first that is free is taken", () => {
    const places = assignPlaces([
      { name: "b", start: 0, end: 5 },
      { name: "a", start: 0, end: 2 },
      { name: "d", start: 4, end: 6 },
      { name: "c", start: 2, end: 4 },
      { name: "e", start: 4.5, end: 5 },
    ]);
    expect(Object.fromEntries(places)).toEqual({ b: 0, a: 1, c: 1, d: 1, e: 2 });
  });
});
