/** What the image is that a target becomes: on which image it stands, and which labels its own instructions give it. */
import type { Reference } from "../model/reference.ts";
import {
  afterInstruction,
  assignments,
  environmentBefore,
  fillIn,
  instructionsOf,
  type EnvironmentInput,
} from "./stage-environment.ts";
import type { StageNode } from "./stage-graph.ts";

/** An image's own line of stages. */
export interface Lineage {
  /** What the first of them is built from; none if that is `scratch` or a named context. */
  readonly base?: Reference;
  /** The names of the labels that they set, in their order; `undefined` for one that cannot be known. */
  readonly labels: readonly (string | undefined)[];
}

/** The lineage of a target. */
export function findLineage(
  nodes: readonly StageNode[],
  target: number | undefined,
  input: EnvironmentInput,
): Lineage {
  const node = nodes[target ?? -1];
  if (node === undefined || node.isReplaced) return { labels: [] };
  const own = labelsOf(nodes, node, input);
  if (node.base.kind !== "stage")
    return { ...(node.base.kind === "image" ? { base: node.base.reference } : {}), labels: own };
  const parent = findLineage(nodes, node.base.stage, input);
  return { ...parent, labels: [...parent.labels, ...own] };
}

function labelsOf(
  nodes: readonly StageNode[],
  node: StageNode,
  input: EnvironmentInput,
): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  let environment = environmentBefore(nodes, node, input);
  for (const instruction of instructionsOf(node)) {
    if (instruction.keyword === "label")
      for (const [name] of assignments(instruction, input.escape))
        names.push(fillIn(name, environment, input.escape));
    environment = afterInstruction(instruction, environment, input);
  }
  return names;
}
