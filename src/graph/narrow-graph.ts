import type { ImageGraph } from "./build-graph.ts";

/** Which way to go from an image: to what it is built on, to what is built on it, or both. */
export type Direction = "parents" | "children" | "both";

/** The images, and those that at most `depth` steps in a direction lead to. */
export function imagesAround(
  graph: ImageGraph,
  images: readonly string[],
  { direction, depth }: { readonly direction: Direction; readonly depth: number },
): ReadonlySet<string> {
  const parents =
    direction === "children" ? [] : reach((image) => graph.dependenciesOf(image), images, depth);
  const children = direction === "parents" ? [] : reach((image) => graph.dependentsOf(image), images, depth);
  return new Set([...images, ...parents, ...children]);
}

/** The graph of some of the images. */
export function narrowGraph(graph: ImageGraph, images: ReadonlySet<string>): ImageGraph {
  const kept = (names: readonly string[]) => names.filter((name) => images.has(name));
  return {
    order: kept(graph.order),
    dependenciesOf: (image) => kept(graph.dependenciesOf(image)),
    dependentsOf: (image) => kept(graph.dependentsOf(image)),
  };
}

function reach(
  next: (image: string) => readonly string[],
  images: readonly string[],
  depth: number,
): ReadonlySet<string> {
  const reached = new Set(images);
  let edge: readonly string[] = images;
  for (let step = 0; step < depth && edge.length > 0; step += 1) {
    edge = edge.flatMap(next).filter((image) => !reached.has(image));
    for (const image of edge) reached.add(image);
  }
  return reached;
}
