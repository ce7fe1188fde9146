/**
 * Images as a directed acyclic graph: which is built on which. Knows nothing of how images are built.
 */
import { alg, Graph } from "@dagrejs/graphlib";
import { findCycles } from "./find-cycles.ts";
import { ConfigurationError, type Problem } from "../errors.ts";

/** The images and what they are built on. */
export interface ImageGraph {
  /** Every image, its dependencies before it; apart from that in the order in which the images were given. */
  readonly order: readonly string[];
  /** The images that an image is built on directly. */
  dependenciesOf(image: string): readonly string[];
  /** The images that are built on an image directly. */
  dependentsOf(image: string): readonly string[];
}

/** The graph of images, each with its direct dependencies. Throws a `ConfigurationError` that names every cycle. */
export function buildGraph(dependencies: ReadonlyMap<string, readonly string[]>): ImageGraph {
  const graph = new Graph();
  for (const image of dependencies.keys()) graph.setNode(nodeOf(image));
  for (const [image, names] of dependencies)
    for (const name of names) graph.setEdge(nodeOf(image), nodeOf(name));
  const cycles = findCycles(graph).map(imagesOf);
  if (cycles.length > 0) throw new ConfigurationError(cycles.map(cycleProblem));
  return {
    order: imagesOf(alg.postorder(graph, graph.nodes())),
    dependenciesOf: (image) => imagesOf(graph.successors(nodeOf(image)) ?? []),
    dependentsOf: (image) => imagesOf(graph.predecessors(nodeOf(image)) ?? []),
  };
}

/** The library keeps nodes in plain objects: `constructor` would seem to be there already, and `7` would come first. */
function nodeOf(image: string): string {
  return `=${image}`;
}

function imagesOf(nodes: readonly string[]): readonly string[] {
  return nodes.map((node) => node.slice(1));
}

function cycleProblem(cycle: readonly string[]): Problem {
  const [first = ""] = cycle;
  return {
    where: `images.${first}`,
    what: `the images are built on each other: ${[...cycle, first].join(" -> ")}`,
    remedy:
      "Take one of these dependencies out of its Dockerfile (and out of `dependencies`, if it is declared).",
  };
}
