import type { ImageGraph } from "./build-graph.ts";

/** The graph in Graphviz's language (https://graphviz.org/doc/info/lang.html), edges from an image to its dependents. */
export function drawDot(graph: ImageGraph): string {
  const nodes = graph.order.map((image) => `  ${quote(image)};`);
  const edges = graph.order.flatMap((image) =>
    graph.dependenciesOf(image).map((dependency) => `  ${quote(dependency)} -> ${quote(image)};`),
  );
  return ["digraph images {", "  rankdir=LR;", "  node [shape=box];", ...nodes, ...edges, "}", ""].join("\n");
}

function quote(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
