import type { ImageGraph } from "./build-graph.ts";

/** The graph as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), edges from an image to its dependents. */
export function drawMermaid(graph: ImageGraph): string {
  // Names such as `end` have a meaning of their own in Mermaid; ids made by us have none.
  const ids = new Map(graph.order.map((image, index) => [image, `i${index}`]));
  const nodes = graph.order.map((image) => `  ${ids.get(image) ?? ""}["${escape(image)}"]`);
  const edges = graph.order.flatMap((image) =>
    graph
      .dependenciesOf(image)
      .map((dependency) => `  ${ids.get(dependency) ?? ""} --> ${ids.get(image) ?? ""}`),
  );
  return ["flowchart LR", ...nodes, ...edges, ""].join("\n");
}

function escape(name: string): string {
  return name.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
