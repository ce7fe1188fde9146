import { alg, Graph } from "@dagrejs/graphlib";
import type { ImageGraph } from "./build-graph.ts";

/** The images in groups that have nothing to do with each other, each in the graph's order. */
export function findComponents(images: ImageGraph): readonly (readonly string[])[] {
  const graph = new Graph({ directed: false });
  for (const image of images.order) graph.setNode(`=${image}`);
  for (const image of images.order)
    for (const dependency of images.dependenciesOf(image)) graph.setEdge(`=${image}`, `=${dependency}`);
  const groups = alg.components(graph).map((nodes) => new Set(nodes.map((node) => node.slice(1))));
  return groups.map((group) => images.order.filter((image) => group.has(image)));
}
