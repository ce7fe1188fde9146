import { UsageError } from "../../errors.ts";
import { imagesAround, narrowGraph, type Direction } from "../../graph/narrow-graph.ts";
import { findStaleness } from "../../operations/find-staleness.ts";
import { openInputs } from "../../operations/gather-inputs.ts";
import { survey } from "../../operations/survey.ts";
import { checkoutOf } from "../checkout-of.ts";
import { drawGraph } from "../draw-graph.ts";
import { findImages } from "../find-images.ts";
import type { GRAPH_FORMATS } from "../graph-options.ts";
import type { ProjectFlags } from "../open-project.ts";
import { watchProject } from "../prepare.ts";
import type { Terminal } from "../terminal.ts";

/** The flags of `manage-images graph`. */
export interface GraphFlags extends ProjectFlags {
  readonly image?: readonly string[] | undefined;
  readonly depth?: number | undefined;
  readonly direction?: Direction | undefined;
  readonly format: (typeof GRAPH_FORMATS)[number];
}

/** `manage-images graph`: the images, what they are built on, and which are stale. Asks no registry. */
export async function graphCommand(terminal: Terminal, flags: GraphFlags): Promise<number> {
  checkNarrowing(flags);
  const checkout = await checkoutOf(terminal);
  const { configured, contents } = await watchProject(terminal, flags, checkout);
  const named = findImages(configured.images, flags.image ?? []).map(({ name }) => name);
  const surveyed = await survey(checkout, configured);
  const staleness = await findStaleness(surveyed, openInputs(checkout, contents, configured, surveyed));
  const { direction = "both", depth = Infinity } = flags;
  const whole = surveyed.graph;
  const graph =
    flags.image === undefined ? whole : narrowGraph(whole, imagesAround(whole, named, { direction, depth }));
  const drawing = { survey: surveyed, graph, named, staleness };
  terminal.stdout.write(await drawGraph(terminal, drawing, flags.format));
  return 0;
}

function checkNarrowing({ image, depth, direction }: GraphFlags): void {
  if (image !== undefined || (depth === undefined && direction === undefined)) return;
  const flag = depth === undefined ? "--direction" : "--depth";
  throw new UsageError(`${flag} goes with --image`, {
    remedy: "Name the image from which it counts: manage-images graph --image X --depth 1",
  });
}
