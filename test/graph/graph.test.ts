import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { TreeLine } from "../../src/model/layout.ts";
import { buildGraph, type ImageGraph } from "../../src/graph/build-graph.ts";
import { compareDependencies } from "../../src/graph/compare-dependencies.ts";
import { drawDot } from "../../src/graph/draw-dot.ts";
import { drawMermaid } from "../../src/graph/draw-mermaid.ts";
import { layOutTree } from "../../src/graph/lay-out-tree.ts";
import { imagesAround, narrowGraph } from "../../src/graph/narrow-graph.ts";
import { remainingPaths } from "../../src/graph/remaining-paths.ts";
import { selectImages } from "../../src/graph/select-images.ts";

function graphOf(dependencies: Record<string, readonly string[]>): ImageGraph {
  return buildGraph(new Map(Object.entries(dependencies)));
}

const IREE = {
  base: [],
  android: ["base"],
  swiftshader: ["base"],
  frontends: ["android"],
  "frontends-swiftshader": ["frontends", "swiftshader"],
};

/** Random graphs without cycles: a node depends on earlier ones, and the nodes are given in a random order. */
const acyclic = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    edges: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 }),
    shuffle: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  })
  .map(({ size, edges, shuffle }) => {
    const nodes = Array.from({ length: size }, (_, index) => index);
    const given = nodes.toSorted((a, b) => (shuffle[a] ?? 0) - (shuffle[b] ?? 0));
    const below = (node: number) =>
      edges.filter(([from, to]) => to === node && from < to).map(([from]) => `n${from}`);
    return new Map(given.map((node) => [`n${node}`, [...new Set(below(node))]]));
  });

describe("buildGraph", () => {
  it("orders dependencies before their dependents and keeps the given order apart from that", () => {
    expect(graphOf({ late: ["early"], alone: [], early: [] }).order).toEqual(["early", "late", "alone"]);
    expect(graphOf(IREE).order).toEqual(Object.keys(IREE));
  });

  it("takes any name, and never orders by it", () => {
    const dependencies = new Map([
      ["b", ["constructor"]],
      ["constructor", []],
      ["7", ["b"]],
      ["3", ["b"]],
    ]);
    const graph = buildGraph(dependencies);
    expect(graph.order).toEqual(["constructor", "b", "7", "3"]);
    expect(graph.dependentsOf("constructor")).toEqual(["b"]);
    expect(graph.dependentsOf("b")).toEqual(["7", "3"]);
  });

  it("has every image once, after all its dependencies", () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const { order } = buildGraph(dependencies);
        expect(order.toSorted()).toEqual([...dependencies.keys()].toSorted());
        for (const [image, names] of dependencies) {
          for (const name of names) expect(order.indexOf(name)).toBeLessThan(order.indexOf(image));
        }
      }),
    );
  });

  it.each([
    ["an image that is built on itself", { a: ["a"] }, ["a -> a"]],
    ["two that are built on each other", { a: ["b"], b: ["a"] }, ["a -> b -> a"]],
    ["a cycle behind others", { x: ["b"], a: ["c"], b: ["a"], c: ["b"] }, ["a -> c -> b -> a"]],
    ["the shortest of several", { a: ["b", "c"], b: ["c"], c: ["a"] }, ["a -> c -> a"]],
    ["each of two", { a: ["b"], b: ["a"], c: ["d"], d: ["c"] }, ["a -> b -> a", "c -> d -> c"]],
  ])("reports the path of %s", (_, dependencies, paths) => {
    const build = () => graphOf(dependencies);
    expect(build).toThrow(paths[0]);
    for (const path of paths) expect(build).toThrow(path);
  });
});

describe("selectImages", () => {
  const select = (named: string[], dependents = true, needed: string[] = []) =>
    [
      ...selectImages(graphOf(IREE), named, { dependents, isNeeded: (image) => needed.includes(image) }),
    ].toSorted();

  it.each([
    [
      "an image with all that depends on it",
      ["android"],
      true,
      [],
      ["android", "frontends", "frontends-swiftshader"],
    ],
    ["the image alone without its dependents", ["android"], false, [], ["android"]],
    [
      "a needed dependency with its dependents",
      ["swiftshader"],
      true,
      ["frontends"],
      ["frontends", "frontends-swiftshader", "swiftshader"],
    ],
    [
      "needed dependencies alone without dependents",
      ["frontends"],
      false,
      ["android"],
      ["android", "frontends"],
    ],
    [
      "a dependency of a needed one, too",
      ["frontends"],
      false,
      ["android", "base"],
      ["android", "base", "frontends"],
    ],
    ["nothing for nothing", [], true, ["base"], []],
  ])("selects %s", (_, named, dependents, needed, selected) => {
    expect(select(named, dependents, needed)).toEqual(selected);
  });

  it("is closed under its rules and has nothing that they do not ask for", () => {
    fc.assert(
      fc.property(
        acyclic,
        fc.nat(),
        fc.boolean(),
        fc.func(fc.boolean()),
        (dependencies, pick, dependents, isNeeded) => {
          const graph = buildGraph(dependencies);
          const named = [graph.order[pick % graph.order.length] ?? ""];
          const selected = selectImages(graph, named, { dependents, isNeeded });
          const isAskedFor = (image: string) =>
            named.includes(image) ||
            (dependents && graph.dependenciesOf(image).some((dependency) => selected.has(dependency))) ||
            (isNeeded(image) && graph.dependentsOf(image).some((dependent) => selected.has(dependent)));
          for (const image of graph.order)
            expect([image, selected.has(image)]).toEqual([image, isAskedFor(image)]);
        },
      ),
    );
  });
});

describe("remainingPaths", () => {
  it("is what a walk over all paths finds", () => {
    fc.assert(
      fc.property(acyclic, fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }), (dependencies, weights) => {
        const graph = buildGraph(dependencies);
        const weightOf = (image: string) => weights[Number(image.slice(1))] ?? 0;
        const walk = (image: string): number =>
          weightOf(image) + Math.max(0, ...graph.dependentsOf(image).map(walk));
        for (const [image, length] of remainingPaths(graph, weightOf)) expect(length).toBe(walk(image));
      }),
    );
  });
});

describe("compareDependencies", () => {
  const image = { name: "child", dockerfile: "child.Dockerfile" };

  it("finds nothing where declared and parsed agree, in any order", () => {
    expect(compareDependencies(image, ["a", "b"], ["b", "a"])).toEqual([]);
  });

  it("names the missing and the superfluous ones", () => {
    const problems = compareDependencies(image, ["a", "x"], ["a", "b"]);
    expect(problems.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      "images.child.dependencies: b is missing: child.Dockerfile is built on it",
      "images.child.dependencies: x is superfluous: child.Dockerfile does not use it",
    ]);
  });
});

describe("the graph is drawn", () => {
  it("as a tree, in which an image stands below each of its dependencies", () => {
    expect(linesOf(layOutTree(graphOf(IREE)))).toEqual([
      "base",
      "├─ android",
      "│  └─ frontends",
      "│     └─ frontends-swiftshader + swiftshader",
      "└─ swiftshader",
      "   └─ frontends-swiftshader + frontends",
    ]);
  });

  it("as a tree that draws what hangs on an image once", () => {
    const graph = graphOf({ a: [], b: [], both: ["a", "b"], leaf: ["both"] });
    expect(linesOf(layOutTree(graph))).toEqual([
      "a",
      "└─ both + b",
      "   └─ leaf",
      "b",
      "└─ both + a (above)",
    ]);
  });

  it("as a tree of some images, which says what else they are built on", () => {
    const whole = graphOf(IREE);
    const part = narrowGraph(whole, new Set(["swiftshader", "frontends-swiftshader"]));
    expect(linesOf(layOutTree(part, whole))).toEqual([
      "swiftshader + base",
      "└─ frontends-swiftshader + frontends",
    ]);
  });

  it("with stale images dashed", () => {
    const graph = graphOf({ a: [], b: ["a"], c: ["a"] });
    const stale = new Set(["a", "c", "not drawn"]);
    expect(drawDot(graph, stale).match(/^ {2}"\w" \[style=dashed.*$/gm)).toHaveLength(2);
    expect(drawMermaid(graph, stale)).toContain("\n  class i0,i2 stale\n");
  });

  it("in Graphviz's language", () => {
    const lines = drawDot(graphOf({ 'a"b': [], end: ['a"b'] }));
    expect(lines).toBe(
      [
        "digraph images {",
        "  rankdir=LR;",
        "  node [shape=box];",
        '  "a\\"b";',
        '  "end";',
        '  "a\\"b" -> "end";',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("as a Mermaid flowchart, with ids that mean nothing", () => {
    expect(drawMermaid(graphOf({ 'a"<b': [], end: ['a"<b'] }))).toBe(
      ["flowchart LR", '  i0["a&quot;&lt;b"]', '  i1["end"]', "  i0 --> i1", ""].join("\n"),
    );
  });
});

describe("what is around an image", () => {
  it.each([
    ["both", Infinity, ["android", "base", "frontends", "frontends-swiftshader"]],
    ["parents", Infinity, ["android", "base", "frontends"]],
    ["children", Infinity, ["frontends", "frontends-swiftshader"]],
    ["both", 1, ["android", "frontends", "frontends-swiftshader"]],
    ["parents", 2, ["android", "base", "frontends"]],
    ["both", 0, ["frontends"]],
  ] as const)("in the direction of %s, %d steps at most", (direction, depth, expected) => {
    const found = imagesAround(graphOf(IREE), ["frontends"], { direction, depth });
    expect([...found].toSorted()).toEqual(expected);
  });

  it("is what can be reached, whatever the graph", () => {
    fc.assert(
      fc.property(acyclic, fc.nat(11), fc.nat(4), (dependencies, position, depth) => {
        const graph = buildGraph(dependencies);
        const start = graph.order[position % graph.order.length] ?? "";
        const isReached = (image: string, steps: number): boolean =>
          image === start ||
          (steps > 0 && graph.dependenciesOf(image).some((each) => isReached(each, steps - 1)));
        const found = imagesAround(graph, [start], { direction: "children", depth });
        for (const image of graph.order)
          expect([image, found.has(image)]).toEqual([image, isReached(image, depth)]);
      }),
    );
  });
});

/** A tree in short. */
function linesOf(lines: readonly TreeLine[]): readonly string[] {
  return lines.map(
    ({ guide, image, others, isAbove }) =>
      guide + [image, ...others].join(" + ") + (isAbove ? " (above)" : ""),
  );
}
