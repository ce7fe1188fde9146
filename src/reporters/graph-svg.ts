import { toHtml } from "hast-util-to-html";
import { s } from "hastscript";
import type { Layout } from "../model/layout.ts";
import { drawGraph } from "./report/graph-figure.ts";

export { boxSize } from "./report/graph-figure.ts";

/** For browsers and documents, on light and on dark ground. */
const STYLE = `
text { font: 12px ui-monospace, monospace; fill: #1b1f26; }
rect { fill: #f3f5f8; stroke: #8a94a3; }
.stale rect { stroke: #c0561a; stroke-dasharray: 5 3; stroke-width: 1.5; }
.line { fill: none; stroke: #8a94a3; stroke-width: 1.3; }
marker path { fill: #8a94a3; }
@media (prefers-color-scheme: dark) { text { fill: #e6e9ef; } rect { fill: #20242c; } }
`;

/** An image of a picture. */
interface PicturedImage {
  readonly name: string;
  readonly dockerfile: string;
  readonly isStale: boolean;
}

/** The images as a picture of its own, with lines from each to those that are built on it. Stale ones are dashed. */
export function formatGraphSvg(images: readonly PicturedImage[], layout: Layout): string {
  const drawn = images.map(({ name, dockerfile, isStale }) => ({
    name,
    title: isStale ? `${dockerfile}, not up to date` : dockerfile,
    classes: isStale ? ["stale"] : [],
  }));
  const svg = drawGraph(drawn, layout);
  const styled = { ...svg, children: [s("style", STYLE), ...svg.children] };
  // XML does not allow it in text, HTML does.
  return `${toHtml(styled, { space: "svg" }).replaceAll("]]>", "]]&gt;")}\n`;
}
