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
  for (const image of dependencies.keys()) graph.setNode(image);
  for (const [image, names] of dependencies) for (const name of names) graph.setEdge(image, name);
  const cycles = findCycles(graph);
  if (cycles.length > 0) throw new ConfigurationError(cycles.map(cycleProblem));
  return {
    order: alg.postorder(graph, graph.nodes()),
    dependenciesOf: (image) => graph.successors(image) ?? [],
    dependentsOf: (image) => graph.predecessors(image) ?? [],
  };
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
