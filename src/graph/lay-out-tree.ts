import type { TreeLine } from "../model/layout.ts";
import type { ImageGraph } from "./build-graph.ts";

/**
 * The graph as a tree: below each image what is built on it. An image that is built on several stands below each of them,
 * its own dependents only the first time. `whole` is the graph that this one is a part of: what an image is built on is
 * told even where it is not drawn.
 */
export function layOutTree(graph: ImageGraph, whole = graph): readonly TreeLine[] {
  const drawn = new Set<string>();
  const roots = graph.order.filter((image) => graph.dependenciesOf(image).length === 0);
  return roots.flatMap((image) => [
    { image, guide: "", others: othersOf(whole, image), isAbove: false },
    ...branches(graph, whole, image, drawn),
  ]);
}

function branches(
  graph: ImageGraph,
  whole: ImageGraph,
  parent: string,
  drawn: Set<string>,
): readonly TreeLine[] {
  const children = inOrder(graph, graph.dependentsOf(parent));
  return children.flatMap((image, index): readonly TreeLine[] => {
    const isLast = index === children.length - 1;
    const isAgain = drawn.has(image);
    drawn.add(image);
    const below = isAgain ? [] : branches(graph, whole, image, drawn);
    const line = {
      image,
      guide: isLast ? "└─ " : "├─ ",
      others: othersOf(whole, image, parent),
      isAbove: isAgain && graph.dependentsOf(image).length > 0,
    };
    return [line, ...below.map((each) => ({ ...each, guide: `${isLast ? "   " : "│  "}${each.guide}` }))];
  });
}

function othersOf(whole: ImageGraph, image: string, parent?: string): readonly string[] {
  return inOrder(whole, whole.dependenciesOf(image)).filter((dependency) => dependency !== parent);
}

function inOrder(graph: ImageGraph, images: readonly string[]): readonly string[] {
  return graph.order.filter((image) => images.includes(image));
}
