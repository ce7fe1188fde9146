import type { ImageGraph } from "./build-graph.ts";

const STALE = 'style=dashed, color="#a83a00", tooltip="not up to date"';

/**
 * The graph in Graphviz's language (https://graphviz.org/doc/info/lang.html), edges from an image to its dependents. Stale
 * images are dashed.
 */
export function drawDot(graph: ImageGraph, stale: ReadonlySet<string> = new Set()): string {
  const nodes = graph.order.map((image) => `  ${quote(image)}${stale.has(image) ? ` [${STALE}]` : ""};`);
  const edges = graph.order.flatMap((image) =>
    graph.dependenciesOf(image).map((dependency) => `  ${quote(dependency)} -> ${quote(image)};`),
  );
  return ["digraph images {", "  rankdir=LR;", "  node [shape=box];", ...nodes, ...edges, "}", ""].join("\n");
}

function quote(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
