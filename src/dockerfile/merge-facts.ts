import { formatReference } from "../model/reference.ts";
import type { Reach } from "./reach.ts";
import type { DockerfileFacts, Lineage } from "./read-dockerfile.ts";
import type { BaseUse } from "./uses.ts";

/** What a Dockerfile says for several platforms: what any of them uses, can read and is changed by. At least one. */
export function mergeFacts(facts: readonly DockerfileFacts[]): DockerfileFacts {
  const [first, ...others] = facts;
  if (first === undefined) throw new Error("there is nothing to merge");
  if (others.length === 0) return first;
  return {
    uses: uniqueUses(facts.flatMap(({ uses }) => uses)),
    triggers: first.triggers,
    triggerUses: first.triggerUses,
    lineage: mergeLineage(facts.map(({ lineage }) => lineage)),
    reach: facts.map(({ reach }) => reach).reduce(mergeReach),
    contextReach: facts.map(({ contextReach }) => contextReach).reduce(mergeReaches),
    effect: {
      text: [...new Set(facts.map(({ effect }) => effect.text))].join("\n"),
      args: [...new Set(facts.flatMap(({ effect }) => effect.args))].sort(),
    },
    problems: uniqueBy(
      facts.flatMap(({ problems }) => problems),
      ({ where, what }) => `${where} ${what}`,
    ),
  };
}

/** What all platforms are built on, if it is the same image; the labels of any of them. */
function mergeLineage(all: readonly Lineage[]): Lineage {
  const bases = uniqueBy(
    all.map(({ base }) => base),
    (base) => (base === undefined ? "" : formatReference(base)),
  );
  const [base] = bases;
  return {
    ...(base === undefined || bases.length > 1 ? {} : { base }),
    labels: [...new Set(all.flatMap(({ labels }) => labels))],
  };
}

/** Each place once, but with each of the references that it is. */
function uniqueUses(uses: readonly BaseUse[]): readonly BaseUse[] {
  const unique = uniqueBy(uses, (use) => `${keyOfPlace(use)} ${formatReference(use.reference)}`);
  return [...unique].sort((a, b) => a.line - b.line || startOf(a) - startOf(b));
}

function keyOfPlace({ written, where, line }: BaseUse): string {
  return written === undefined ? `${where} ${line}` : String(written.start);
}

function startOf({ written }: BaseUse): number {
  return written?.start ?? Number.MAX_SAFE_INTEGER;
}

function mergeReach(a: Reach, b: Reach): Reach {
  if (a.kind === "everything" || b.kind === "everything") return { kind: "everything" };
  return { kind: "paths", paths: [...new Set([...a.paths, ...b.paths])].sort() };
}

/** All are of the same contexts. */
function mergeReaches(
  a: DockerfileFacts["contextReach"],
  b: DockerfileFacts["contextReach"],
): DockerfileFacts["contextReach"] {
  return new Map([...a].map(([name, reach]) => [name, mergeReach(reach, b.get(name) ?? reach)]));
}

function uniqueBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
