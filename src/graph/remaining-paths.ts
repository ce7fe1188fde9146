import type { ImageGraph } from "./build-graph.ts";

/**
 * For each image the length of the longest path from it to an image that nothing depends on, both included: what is
 * left to do, at the least, once it is started. `weightOf` is in any unit; the lengths are in the same.
 */
export function remainingPaths(
  graph: ImageGraph,
  weightOf: (image: string) => number,
): ReadonlyMap<string, number> {
  const paths = new Map<string, number>();
  for (const image of graph.order.toReversed()) {
    const after = graph.dependentsOf(image).map((dependent) => paths.get(dependent) ?? 0);
    paths.set(image, weightOf(image) + Math.max(0, ...after));
  }
  return paths;
}
