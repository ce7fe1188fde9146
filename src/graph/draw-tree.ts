import type { ImageGraph } from "./build-graph.ts";

/**
 * The graph as a tree for people: below each image what is built on it. An image that is built on several stands below
 * each of them, its own dependents only the first time, and `(+ x)` names what else it is built on.
 */
export function drawTree(graph: ImageGraph): string {
  const drawn = new Set<string>();
  const roots = graph.order.filter((image) => graph.dependenciesOf(image).length === 0);
  return roots.flatMap((root) => [label(graph, root), ...branches(graph, root, drawn)]).join("\n") + "\n";
}

function branches(graph: ImageGraph, parent: string, drawn: Set<string>): readonly string[] {
  const children = inOrder(graph, graph.dependentsOf(parent));
  return children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    const isAgain = drawn.has(child);
    drawn.add(child);
    const below = isAgain ? [] : branches(graph, child, drawn);
    const more = isAgain && graph.dependentsOf(child).length > 0 ? ", see above" : "";
    const head = `${isLast ? "└─" : "├─"} ${label(graph, child, parent)}${more}`;
    return [head, ...below.map((line) => `${isLast ? "  " : "│ "} ${line}`)];
  });
}

function label(graph: ImageGraph, image: string, parent?: string): string {
  const others = inOrder(graph, graph.dependenciesOf(image)).filter((dependency) => dependency !== parent);
  return others.length === 0 ? image : `${image} (+ ${others.join(", ")})`;
}

function inOrder(graph: ImageGraph, images: readonly string[]): readonly string[] {
  return graph.order.filter((image) => images.includes(image));
}
