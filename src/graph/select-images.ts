import type { ImageGraph } from "./build-graph.ts";

/** What widens or narrows a selection. */
export interface SelectionRules {
  /** Whether what depends on a selected image is selected too. */
  readonly dependents: boolean;
  /** Whether a dependency of a selected image must be selected with it. */
  readonly isNeeded: (image: string) => boolean;
}

/**
 * The named images; all that depends on a selected image, however far; and each dependency of a selected image that
 * is needed: the smallest set that is closed under these rules.
 */
export function selectImages(
  graph: ImageGraph,
  named: readonly string[],
  { dependents, isNeeded }: SelectionRules,
): ReadonlySet<string> {
  const selected = new Set(named);
  // A set that grows while it is walked visits what was added, too.
  for (const image of selected) {
    for (const dependency of graph.dependenciesOf(image)) if (isNeeded(dependency)) selected.add(dependency);
    if (dependents) for (const dependent of graph.dependentsOf(image)) selected.add(dependent);
  }
  return selected;
}
