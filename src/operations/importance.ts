/** Which image is to be begun first. */
import type { ImageGraph } from "../graph/build-graph.ts";
import { remainingPaths } from "../graph/remaining-paths.ts";
import { usualOf, type Duration } from "../model/duration.ts";

/** What images took in earlier runs, once that is known. */
export type Durations = ReadonlyMap<string, Duration>;

/**
 * How much is left to do, at the least, once an image is begun: the longest path to an image that nothing depends on. In seconds
 * once `durations` answers, where an image that was never built takes what is usual; in images before, and without any.
 */
export function importanceIn(
  graph: ImageGraph,
  durations: () => Durations | undefined,
): (image: string) => number {
  let known = durations();
  let paths = remainingPaths(graph, weightsOf(known));
  return (image) => {
    const now = durations();
    if (now !== known) paths = remainingPaths(graph, weightsOf(now));
    known = now;
    return paths.get(image) ?? 0;
  };
}

function weightsOf(durations: Durations = new Map()): (image: string) => number {
  if (durations.size === 0) return () => 1;
  const usual = usualOf([...durations.values()]);
  return (image) => (durations.get(image) ?? usual).making;
}
