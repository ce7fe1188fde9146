import { drawDot } from "../../graph/draw-dot.ts";
import { drawMermaid } from "../../graph/draw-mermaid.ts";
import { drawTree } from "../../graph/draw-tree.ts";
import { describeGraph } from "../../operations/describe-graph.ts";
import { survey, type Survey } from "../../operations/survey.ts";
import type { GRAPH_FORMATS } from "../options.ts";
import { openProject, type ProjectFlags } from "../open-project.ts";
import type { Terminal } from "../terminal.ts";

/** The flags of `manage-images graph`. */
export interface GraphFlags extends ProjectFlags {
  readonly format: (typeof GRAPH_FORMATS)[number];
}

/** `manage-images graph`: the images and what they are built on. */
export async function graphCommand(terminal: Terminal, flags: GraphFlags): Promise<number> {
  const { checkout, configured } = await openProject(terminal, flags);
  terminal.stdout.write(await draw(await survey(checkout, configured), flags.format));
  return 0;
}

async function draw(surveyed: Survey, format: GraphFlags["format"]): Promise<string> {
  switch (format) {
    case "text":
      return drawTree(surveyed.graph);
    case "json":
      return `${JSON.stringify(describeGraph(surveyed), undefined, 2)}\n`;
    case "dot":
      return drawDot(surveyed.graph);
    case "mermaid":
      return drawMermaid(surveyed.graph);
    case "svg":
      return drawSvg(surveyed);
  }
}

/** What lays the images out and writes the picture is loaded only here. */
async function drawSvg({ graph, images }: Survey): Promise<string> {
  const [{ layOut }, { formatGraphSvg, boxSize }] = await Promise.all([
    import("../../graph/lay-out.ts"),
    import("../../reporters/graph-svg.ts"),
  ]);
  const drawn = graph.order.map((name) => ({
    name,
    dependencies: graph.dependenciesOf(name),
    dockerfile: images.get(name)?.image.dockerfile ?? "",
  }));
  return formatGraphSvg(drawn, layOut(drawn, boxSize));
}
