import type { ImageGraph } from "./build-graph.ts";

/**
 * The graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), edges from an image to its dependents.
 * Stale images are dashed.
 */
export function drawMermaid(graph: ImageGraph, stale: ReadonlySet<string> = new Set()): string {
  // Names such as `end` have a meaning of their own in Mermaid; ids made by us have none.
  const ids = new Map(graph.order.map((image, index) => [image, `i${index}`]));
  const idOf = (image: string) => ids.get(image) ?? "";
  const nodes = graph.order.map((image) => `  ${idOf(image)}["${escape(image)}"]`);
  const edges = graph.order.flatMap((image) =>
    graph.dependenciesOf(image).map((dependency) => `  ${idOf(dependency)} --> ${idOf(image)}`),
  );
  const marked = graph.order.filter((image) => stale.has(image)).map(idOf);
  return ["flowchart LR", ...nodes, ...edges, ...classOf(marked), ""].join("\n");
}

function classOf(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  return ["  classDef stale stroke:#a83a00,stroke-dasharray:5 3", `  class ${ids.join(",")} stale`];
}

function escape(name: string): string {
  return name.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
