import { describe, expect, it } from "@jest/globals";
import { buildGraph } from "../../src/graph/build-graph.ts";
import type { Outcome } from "../../src/model/run.ts";
import type { RunRecord } from "../../src/model/run-record.ts";
import { durationsOf, expectEnd, secondsLeft, type GoingRun } from "../../src/operations/expect-end.ts";
import type { WatchedImage } from "../../src/operations/watch-run.ts";
import { planOf } from "../reporters/world.ts";

/** `left` and `right` on `base`, `top` on both, each 10 seconds and 1 for its push; nothing has begun. */
function going(
  watched: Readonly<Record<string, Omit<WatchedImage, "phases">>> = {},
  parts: Partial<GoingRun> = {},
): GoingRun {
  const names = ["base", "left", "right", "top"];
  const images = Object.entries(watched).map(([name, image]): [string, WatchedImage] => [
    name,
    { ...image, phases: [] },
  ]);
  return {
    graph: buildGraph(
      new Map([
        ["base", []],
        ["left", ["base"]],
        ["right", ["base"]],
        ["top", ["left", "right"]],
      ]),
    ),
    plan: planOf(...names),
    watch: { images: new Map(images) },
    durations: new Map(names.map((name) => [name, { making: 10, finishing: 1 }])),
    concurrency: 2,
    keepGoing: false,
    ...parts,
  };
}

const ENDED = { start: 0, made: 10, end: 11, outcome: "built" as Outcome };

describe("how long a run still takes", () => {
  it.each([
    ["all of it, pushes beside builds but the last", {}, {}, 31],
    ["in one place", {}, { concurrency: 1 }, 41],
    ["what has ended counts no more", { base: ENDED }, {}, 21],
    ["what is being built counts by what is left", { base: { start: 94 } }, {}, 25],
    ["what takes longer than it did counts as almost there", { base: { start: 0 } }, {}, 21],
    [
      "what depends on a failure is not built",
      { base: ENDED, left: { ...ENDED, outcome: "failed" } },
      { keepGoing: true },
      11,
    ],
    ["nothing is said once a failure ends the run", { base: { ...ENDED, outcome: "failed" } }, {}, undefined],
    [
      "nothing is said where most was never built",
      {},
      { durations: new Map([["base", { making: 1, finishing: 0 }]]) },
      undefined,
    ],
    [
      "what was never built takes what is usual",
      {},
      { durations: new Map(["base", "left", "right"].map((name) => [name, { making: 10, finishing: 1 }])) },
      31,
    ],
  ] as const)("%s", (_, watched, parts, expected) => {
    expect(secondsLeft(going(watched, parts), 100)).toBe(expected);
  });

  it("is worked out at most once a second", () => {
    let now = 100;
    const run = going({ base: { start: 100 } });
    const ask = expectEnd(run, { now: () => now });
    expect(ask()).toBe(31);
    now = 100.9;
    expect(ask()).toBe(31);
    now = 102;
    expect(ask()).toBe(29);
  });
});

it("What an image takes is what it took when it was built last", () => {
  const record = (made: number, outcome: Outcome) =>
    ({
      images: [
        {
          ...{ name: "base", repository: "r", dockerfile: "d", dependencies: [], dependents: [], bases: [] },
          span: { place: 0, start: 1, made, end: made + 2, phases: [{ phase: "pushing", start: made }] },
        },
      ],
      result: { images: { base: { outcome, seconds: 1, pushed: true } }, references: [], notices: [] },
    }) as unknown as RunRecord;
  expect(durationsOf([record(3, "failed"), record(5, "built"), record(9, "built")])).toEqual(
    new Map([["base", { making: 4, finishing: 2 }]]),
  );
});
