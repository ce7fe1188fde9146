import { drawDot } from "../graph/draw-dot.ts";
import { drawMermaid } from "../graph/draw-mermaid.ts";
import { layOutTree } from "../graph/lay-out-tree.ts";
import type { ImageGraph } from "../graph/build-graph.ts";
import type { Staleness } from "../model/staleness.ts";
import { describeGraph, judgeGraph } from "../operations/describe-graph.ts";
import type { Survey } from "../operations/survey.ts";
import { formatTree } from "../reporters/graph-tree.ts";
import type { GRAPH_FORMATS } from "./graph-options.ts";
import { readPageFiles } from "./read-page-files.ts";
import { readVersion } from "./read-version.ts";
import { coloursOf } from "./reporting.ts";
import { columnsOf, type Terminal } from "./terminal.ts";

/** What is to be drawn of the images. */
export interface Drawing {
  readonly survey: Survey;
  /** The part of the survey's graph that is wanted. */
  readonly graph: ImageGraph;
  /** The images that were asked for. */
  readonly named: readonly string[];
  readonly staleness: ReadonlyMap<string, Staleness>;
}

/** The graph as a text in a format. What lays it out and writes pictures is loaded only for these. */
export async function drawGraph(
  terminal: Terminal,
  drawing: Drawing,
  format: (typeof GRAPH_FORMATS)[number],
): Promise<string> {
  const { survey, graph, named, staleness } = drawing;
  switch (format) {
    case "text":
      return formatTree(layOutTree(graph, survey.graph), {
        ...{ colours: coloursOf(terminal), columns: columnsOf(terminal.stdout), named, staleness },
      });
    case "json":
      return `${JSON.stringify(judgeGraph(survey, graph.order, staleness), undefined, 2)}\n`;
    case "dot":
      return drawDot(graph, staleImages(drawing));
    case "mermaid":
      return drawMermaid(graph, staleImages(drawing));
    case "svg":
      return drawSvg(drawing);
    case "html":
      return drawPage(drawing);
  }
}

function staleImages({ staleness }: Drawing): ReadonlySet<string> {
  return new Set([...staleness].flatMap(([image, { state }]) => (state === "stale" ? [image] : [])));
}

async function drawSvg(drawing: Drawing): Promise<string> {
  const [{ layOut }, { formatGraphSvg, boxSize }] = await Promise.all([
    import("../graph/lay-out.ts"),
    import("../reporters/graph-svg.ts"),
  ]);
  const stale = staleImages(drawing);
  const images = describedImages(drawing).map((image) => ({ ...image, isStale: stale.has(image.name) }));
  return formatGraphSvg(images, layOut(images, boxSize));
}

async function drawPage(drawing: Drawing): Promise<string> {
  const [{ layOut }, { boxSize }, { formatGraphPage }, files] = await Promise.all([
    import("../graph/lay-out.ts"),
    import("../reporters/graph-svg.ts"),
    import("../reporters/graph-page.ts"),
    readPageFiles(),
  ]);
  const { lockfile } = drawing.survey;
  const images = describedImages(drawing).map((image) => {
    const digest = lockfile.images.get(image.name)?.digest;
    const staleness = drawing.staleness.get(image.name) ?? { state: "up to date" };
    return { ...image, staleness, ...(digest === undefined ? {} : { digest }) };
  });
  return formatGraphPage({ images, layout: layOut(images, boxSize), program: readVersion(), ...files });
}

function describedImages({ survey, graph }: Drawing) {
  const { order, images } = describeGraph(survey, graph.order);
  return order.flatMap((name) => {
    const image = images[name];
    return image === undefined ? [] : [{ name, ...image }];
  });
}
