import type { ImageGraph } from "../graph/build-graph.ts";
import { selectImages } from "../graph/select-images.ts";
import type { Digest } from "../model/digest.ts";
import type { Decision, Plan } from "../model/plan.ts";
import { decide } from "./decide.ts";

/** What a run is asked for. */
export interface Selection {
  /** Names of images of the graph. */
  readonly named: readonly string[];
  /** Whether what depends on the named images is built too. */
  readonly dependents: boolean;
}

/** Selects the images that a run concerns and decides about each, dependencies before their dependents. Pure. */
export function planRun(graph: ImageGraph, digests: ReadonlyMap<string, Digest>, selection: Selection): Plan {
  const selected = selectImages(graph, selection.named, {
    dependents: selection.dependents,
    isNeeded: (image) => !digests.has(image),
  });
  const decisions: Decision[] = [];
  const rebuilt = new Set<string>();
  for (const image of graph.order.filter((name) => selected.has(name))) {
    const decision = decide({
      image,
      isNamed: selection.named.includes(image),
      digest: digests.get(image),
      rebuiltDependencies: graph.dependenciesOf(image).filter((dependency) => rebuilt.has(dependency)),
    });
    if (decision.action === "build") rebuilt.add(image);
    decisions.push(decision);
  }
  return { decisions, leftStale: leftStale(graph, rebuilt) };
}

/** The direct and further dependents of what is built that are not built themselves. */
function leftStale(graph: ImageGraph, rebuilt: ReadonlySet<string>): readonly string[] {
  const stale = new Set<string>();
  for (const image of graph.order) {
    const isConcerned = graph
      .dependenciesOf(image)
      .some((dependency) => rebuilt.has(dependency) || stale.has(dependency));
    if (isConcerned && !rebuilt.has(image)) stale.add(image);
  }
  return [...stale];
}
