import { alg, type Graph } from "@dagrejs/graphlib";

/** A shortest cycle of each knot of nodes that depend on each other, beginning with the knot's first node. */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const position = new Map(graph.nodes().map((node, index) => [node, index]));
  const byPosition = (a: string, b: string) => (position.get(a) ?? 0) - (position.get(b) ?? 0);
  const knots = alg.findCycles(graph).map((nodes) => nodes.toSorted(byPosition));
  return knots
    .toSorted(([a = ""], [b = ""]) => byPosition(a, b))
    .map(([first = ""]) => shortestCycle(graph, first));
}

/** Breadth first, so that the cycle is one of the shortest. */
function shortestCycle(graph: Graph, start: string): readonly string[] {
  const paths: string[][] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const next of graph.successors(path.at(-1) ?? start) ?? []) {
      if (next === start) return path;
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return [start];
}
