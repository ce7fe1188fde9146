import { describe, expect, it } from "@jest/globals";
import { buildGraph } from "../../src/graph/build-graph.ts";
import { parseDigest } from "../../src/model/digest.ts";
import { planRun } from "../../src/plan/plan-run.ts";

const graph = buildGraph(
  new Map([
    ["base", []],
    ["left", ["base"]],
    ["right", ["base"]],
    ["top", ["left", "right"]],
  ]),
);
const DIGEST = parseDigest(`sha256:${"a".repeat(64)}`);

/** A plan in one line for each image: `top: build (dependency-changed left right)`. */
function plan(named: readonly string[], known: readonly string[], dependents = true): readonly string[] {
  const digests = new Map(known.flatMap((image) => (DIGEST === undefined ? [] : [[image, DIGEST] as const])));
  const { decisions, leftStale } = planRun(graph, digests, { named, dependents });
  const lines = decisions.map(({ image, action, reasons }) => {
    const why = reasons.map((reason) =>
      [reason.why, ...("dependencies" in reason ? reason.dependencies : [])].join(" "),
    );
    return `${image}: ${action} (${why.join(", ")})`;
  });
  return [...lines, ...leftStale.map((image) => `${image}: left stale`)];
}

const ALL = ["base", "left", "right", "top"];

describe("planRun", () => {
  it.each<[string, readonly string[], readonly string[], boolean, readonly string[]]>([
    [
      "builds an image and all that depends on it",
      ["left"],
      ALL,
      true,
      ["left: build (selected)", "top: build (dependency-changed left)"],
    ],
    [
      "builds dependencies that have no digest, with their dependents",
      ["left"],
      [],
      true,
      [
        "base: build (never-built)",
        "left: build (never-built, selected, dependency-changed base)",
        "right: build (never-built, dependency-changed base)",
        "top: build (never-built, dependency-changed left right)",
      ],
    ],
    [
      "leaves dependents alone where it is told to, and says which are stale",
      ["base"],
      ALL,
      false,
      ["base: build (selected)", "left: left stale", "right: left stale", "top: left stale"],
    ],
    [
      "builds what a child needs even so",
      ["top"],
      ["base", "right", "top"],
      false,
      ["left: build (never-built)", "top: build (selected, dependency-changed left)"],
    ],
  ])("%s", (_, named, known, dependents, expected) => {
    expect(plan(named, known, dependents)).toEqual(expected);
  });
});
