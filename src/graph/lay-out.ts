import { layout } from "@dagrejs/dagre";
import { Graph } from "@dagrejs/graphlib";
import type { Layout, Point, Size } from "../model/layout.ts";

/** Images that are to be drawn, each with its dependencies among them. */
type Drawn = readonly { readonly name: string; readonly dependencies: readonly string[] }[];

const MARGIN = 12;

/** The library's own declarations do not say it. */
const placeNodes = layout as (graph: Graph) => unknown;

/** Places for images so that lines lead from the left to the right, from an image to its dependents, and seldom cross. */
export function layOut(images: Drawn, sizeOf: (image: string) => Size): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 10, ranksep: 60, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of images) graph.setNode(nodeOf(name), { ...sizeOf(name) });
  for (const { name, dependencies } of images)
    for (const dependency of dependencies)
      if (graph.hasNode(nodeOf(dependency))) graph.setEdge(nodeOf(dependency), nodeOf(name));
  placeNodes(graph);
  const boxes = new Map(graph.nodes().map((node) => [imageOf(node), boxOf(graph, node)]));
  const lines = graph.edges().map((edge) => ({
    from: imageOf(edge.v),
    to: imageOf(edge.w),
    points: (graph.edge(edge) as { points: Point[] }).points,
  }));
  return { ...sizeOfAll([...boxes.values()], lines), boxes, lines };
}

/** Lines may lead farther than the boxes do, which the library does not count. */
function sizeOfAll(boxes: readonly (Point & Size)[], lines: Layout["lines"]): Size {
  const points = lines.flatMap((line) => line.points);
  const right = [...boxes.map(({ x, width }) => x + width / 2), ...points.map(({ x }) => x)];
  const bottom = [...boxes.map(({ y, height }) => y + height / 2), ...points.map(({ y }) => y)];
  return { width: largest(right) + MARGIN, height: largest(bottom) + MARGIN };
}

/** There can be too many for a call's arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}

/** The library keeps nodes in plain objects: `constructor` would seem to be there already, and `7` would come first. */
function nodeOf(image: string): string {
  return `=${image}`;
}

function imageOf(node: string): string {
  return node.slice(1);
}

function boxOf(graph: Graph, node: string): Point & Size {
  const { x, y, width, height } = graph.node(node) as Point & Size;
  return { x, y, width, height };
}
