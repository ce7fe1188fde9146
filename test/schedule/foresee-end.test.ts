import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findBound } from "../../src/schedule/find-bound.ts";
import { foreseeEnd, type OpenJob } from "../../src/schedule/foresee-end.ts";

function job(name: string, making: number, parts: Partial<OpenJob<string>> = {}): OpenJob<string> {
  return { name, dependencies: [], making, finishing: 0, state: "waiting", ...parts };
}

describe("the end that is foreseen", () => {
  it.each([
    ["of nothing is now", [], 2, 0],
    [
      "of a chain is its length, whatever the places",
      [job("a", 3), job("b", 4, { dependencies: ["a"] })],
      5,
      7,
    ],
    ["of jobs that have nothing to do with each other is their share", [job("a", 4), job("b", 4)], 2, 4],
    ["of more jobs than places is not their sum", ["a", "b", "c", "d"].map((name) => job(name, 3)), 2, 6],
    [
      "counts of what has begun only what is left, and its place",
      [job("a", 1, { state: "making" }), job("b", 5)],
      1,
      6,
    ],
    [
      "lets what is being finished hold no place",
      [job("a", 0, { state: "finishing", finishing: 9 }), job("b", 5)],
      1,
      9,
    ],
    [
      "finishes nothing before what it depends on",
      [job("a", 1, { finishing: 5 }), job("b", 1, { dependencies: ["a"], finishing: 2 })],
      2,
      8,
    ],
    [
      "starts the longest remaining path first",
      [job("short", 2), job("a", 2), job("b", 2, { dependencies: ["a"] })],
      1,
      6,
    ],
    ["knows that what is no job has ended", [job("b", 2, { dependencies: ["gone"] })], 1, 2],
  ])("%s", (_, jobs, places, expected) => {
    expect(foreseeEnd(jobs, places)).toBe(expected);
  });

  it("is never before the bound that no schedule can beat, and never after all jobs one by one", () => {
    const graphs = fc.array(
      fc.record({
        making: fc.nat(20),
        finishing: fc.nat(5),
        parents: fc.array(fc.nat(14), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 15 },
    );
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 5 }), (drawn, places) => {
        const jobs = drawn.map(({ making, finishing, parents }, index) => {
          const dependencies = [...new Set(parents.filter((each) => each < index).map(String))];
          return job(String(index), making, { finishing, dependencies });
        });
        const end = foreseeEnd(jobs, places);
        const { chainSeconds, shareSeconds } = findBound(jobs, places);
        expect(end).toBeGreaterThanOrEqual(Math.max(chainSeconds, shareSeconds) - 1e-9);
        expect(end).toBeLessThanOrEqual(jobs.reduce((sum, each) => sum + each.making + each.finishing, 0));
      }),
    );
  });
});
