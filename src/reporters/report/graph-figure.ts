import type { Element } from "hast";
import { s } from "hastscript";
import type { Layout, Point, Size } from "../../model/layout.ts";
import type { RunRecord } from "../../model/run-record.ts";
import { printable } from "../printable.ts";
import { anchorsOf, classOf, stateOf } from "./shown.ts";

const BOX_HEIGHT = 26;
const CHARACTER_WIDTH = 7.3;
const MOST_CHARACTERS = 40;

/** How large the box of an image is. */
export function boxSize(image: string): Size {
  return { width: labelOf(image).length * CHARACTER_WIDTH + 22, height: BOX_HEIGHT };
}

/** An image as it is drawn. */
export interface DrawnImage {
  readonly name: string;
  /** What is said of it where the pointer is. */
  readonly title: string;
  readonly classes: readonly string[];
  /** What it leads to in the page, if anything. */
  readonly anchor?: string;
}

/** The images with lines from each to those that are built on it; each leads to its place in the table. */
export function graphFigure(record: RunRecord, layout: Layout): Element {
  const anchors = anchorsOf(record);
  const { chain } = record.bound;
  const images = record.images.map((image): DrawnImage => {
    const { name } = image;
    const state = stateOf(image, record);
    const classes = [classOf(state), ...(chain.includes(name) ? ["chain"] : [])];
    return { name, title: state, classes, anchor: anchors.get(name) ?? "" };
  });
  return drawGraph(images, layout, chain);
}

/** The images in their places; the lines of a chain of them are marked. */
export function drawGraph(
  images: readonly DrawnImage[],
  { width, height, boxes, lines }: Layout,
  chain: readonly string[] = [],
): Element {
  const isInChain = (from: string, to: string) =>
    chain.includes(from) && chain.indexOf(to) === chain.indexOf(from) + 1;
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  return s(
    "svg.graph",
    {
      ...{ xmlns: "http://www.w3.org/2000/svg", ...size, viewBox: `0 0 ${size.width} ${size.height}` },
      ...{ role: "group", ariaLabel: "The images, with lines to those that are built on them" },
    },
    s("defs", arrowHead()),
    lines.map(({ from, to, points }) =>
      s("path", {
        class: isInChain(from, to) ? "line chain" : "line",
        d: curve(points),
        markerEnd: "url(#arrow)",
      }),
    ),
    images.map((image) => drawImage(image, boxes.get(image.name) ?? { x: 0, y: 0, width: 0, height: 0 })),
  );
}

function drawImage(
  { name, title, classes, anchor }: DrawnImage,
  { x, y, width, height }: Point & Size,
): Element {
  return s(
    anchor === undefined ? "g" : "a",
    {
      class: ["box", ...classes],
      ...(anchor === undefined ? {} : { href: `#${anchor}`, dataImage: anchor }),
    },
    s("title", `${printable(name)}: ${printable(title)}`),
    s("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 4 }),
    s("text", { x, y: y + 4, textAnchor: "middle" }, labelOf(name)),
  );
}

function labelOf(image: string): string {
  const label = printable(image);
  return label.length <= MOST_CHARACTERS ? label : `${label.slice(0, MOST_CHARACTERS - 1)}…`;
}

function arrowHead(): Element {
  return s(
    "marker#arrow",
    { viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    s("path", { d: "M0 0L8 4L0 8z" }),
  );
}

/** Through the middles between the points, bent at the points. */
function curve([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return "";
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    const isLast = index === rest.length - 2;
    const end = isLast ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  const last = rest.at(-1);
  return `M${at(first)}${bends.length === 0 && last !== undefined ? `L${at(last)}` : bends.join("")}`;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
