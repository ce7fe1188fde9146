import { expect, it } from "@jest/globals";
import { buildGraph } from "../../src/graph/build-graph.ts";
import { importanceIn, type Durations } from "../../src/operations/importance.ts";

const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  base: [],
  quick: ["base"],
  last: ["quick"],
  slow: ["base"],
  alone: [],
};
const IMAGES = Object.keys(DEPENDENCIES);

function took(seconds: Readonly<Record<string, number>>): Durations {
  return new Map(Object.entries(seconds).map(([image, making]) => [image, { making, finishing: 0 }]));
}

it.each<[string, Durations | undefined, readonly number[]]>([
  ["in images where nothing is known", undefined, [3, 2, 1, 1, 1]],
  ["in images where nothing was ever built", took({}), [3, 2, 1, 1, 1]],
  [
    "in seconds, where one that was never built takes what is usual",
    took({ base: 10, quick: 2, slow: 60, last: 3 }),
    [70, 5, 3, 60, 10],
  ],
])("is what is left to do: %s", (_, durations, expected) => {
  const graph = buildGraph(new Map(Object.entries(DEPENDENCIES)));
  const importanceOf = importanceIn(graph, () => durations);
  expect(IMAGES.map(importanceOf)).toEqual(expected);
});

it("is another as soon as earlier runs have been read", () => {
  const graph = buildGraph(new Map(Object.entries(DEPENDENCIES)));
  const read: Durations[] = [];
  const importanceOf = importanceIn(graph, () => read[0]);
  expect(importanceOf("quick")).toBeGreaterThan(importanceOf("slow"));
  read.push(took({ base: 1, quick: 1, last: 1, slow: 9, alone: 1 }));
  expect(importanceOf("quick")).toBeLessThan(importanceOf("slow"));
});
