import { parseReference, type Reference } from "../model/reference.ts";
import type { GlobalArgument } from "./arguments.ts";
import { fromByteText, toByteText } from "./byte-text.ts";
import { findSources } from "./find-sources.ts";
import type { Frontend } from "./read-directives.ts";
import type { Stage } from "./read-stages.ts";
import type { Origin } from "./resolve-name.ts";
import { lineAt, rangeOf, type Instruction, type Range } from "./split-instructions.ts";
import type { ResolvedSource, StageNode } from "./stage-graph.ts";

/** A place of a Dockerfile that makes BuildKit fetch an image. */
export interface BaseUse {
  /** What BuildKit would fetch, variables filled in. */
  readonly reference: Reference;
  readonly where: "from" | "copy-from" | "mount-from" | "onbuild" | "syntax";
  /** The line of the reference, counted from 1; for what an image's triggers bring along, that of the `FROM`. */
  readonly line: number;
  /** The bytes of the reference as written; `undefined` if it does not stand in this file. */
  readonly written?: Range;
  /** Whether it is written without variables. */
  readonly literal: boolean;
  /** The argument that is all of it (`FROM ${BASE}`), if it is one. */
  readonly argument?: ArgumentUse;
}

/** An argument whose value is a whole reference. */
export interface ArgumentUse {
  readonly name: string;
  /** The default as it stands in the file, if that is its value; `undefined` if the configuration sets it. */
  readonly written?: Range & { readonly line: number };
}

/** The images that one stage uses: what it is built from, then what it takes files from. */
export function usesOf(node: StageNode, globals: ReadonlyMap<string, GlobalArgument>): readonly BaseUse[] {
  return [...baseUse(node, globals), ...node.sources.flatMap(sourceUse)];
}

/** The images that a stage's triggers use where they are run. A number or a stage of that place is no image here. */
export function triggerUses(triggers: readonly Instruction[]): readonly BaseUse[] {
  return triggers
    .flatMap((trigger) => findSources(trigger).sources)
    .flatMap(({ text, line, written }) => {
      const reference =
        /^[0-9]+$/.test(text) || text === "scratch" ? undefined : parseReference(fromByteText(text));
      return reference === undefined
        ? []
        : [{ reference, where: "onbuild", line, written, literal: true } as const];
    });
}

/** The image that reads the Dockerfile: the `BUILDKIT_SYNTAX` argument's, or else the directive's. */
export function frontendUse(
  frontend: Frontend | undefined,
  argument: string | undefined,
): readonly BaseUse[] {
  const text = argument === undefined ? frontend?.text : toByteText(argument.split(" ")[0] ?? "");
  const reference = parseReference(fromByteText(text ?? ""));
  if (text === undefined || reference === undefined) return [];
  const use = { reference, where: "syntax", line: frontend?.line ?? 1 } as const;
  if (argument !== undefined || frontend === undefined) return [{ ...use, literal: false }];
  const { start } = frontend;
  return [{ ...use, written: { start, end: start + text.length }, literal: true }];
}

/** The uses in the order in which they stand in the file, each place once. */
export function inFileOrder(uses: readonly BaseUse[]): readonly BaseUse[] {
  const seen = new Set<number>();
  const unique = uses.filter(({ written }) => {
    if (written === undefined) return true;
    const isNew = !seen.has(written.start);
    seen.add(written.start);
    return isNew;
  });
  return unique.sort((a, b) => a.line - b.line || startOf(a) - startOf(b));
}

/** What does not stand in the file comes behind what brings it along. */
function startOf({ written }: BaseUse): number {
  return written?.start ?? Number.MAX_SAFE_INTEGER;
}

function baseUse(
  { stage, base }: StageNode,
  globals: ReadonlyMap<string, GlobalArgument>,
): readonly BaseUse[] {
  const reference = imageOf(base);
  if (reference === undefined) return [];
  const { from, base: word } = stage;
  const argument = wholeArgument(stage, globals);
  const use: BaseUse = {
    reference,
    where: "from",
    line: lineAt(from, word.start),
    written: rangeOf(from, word.start, word.end),
    literal: !word.text.includes("$"),
    ...(argument === undefined ? {} : { argument }),
  };
  return [use];
}

function wholeArgument(
  { base }: Stage,
  globals: ReadonlyMap<string, GlobalArgument>,
): ArgumentUse | undefined {
  const match = /^"?(?:\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*))"?$/.exec(base.text);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return undefined;
  const written = globals.get(name)?.written;
  return { name, ...(written === undefined ? {} : { written }) };
}

function sourceUse({ source, origin, inherited }: ResolvedSource): readonly BaseUse[] {
  const reference = imageOf(origin);
  if (reference === undefined) return [];
  const where = inherited === undefined ? source.where : "onbuild";
  const use = { reference, where, line: source.line, literal: true } as const;
  return [inherited?.isLocal === false ? use : { ...use, written: source.written }];
}

function imageOf(origin: Origin): Reference | undefined {
  return origin.kind === "image" ? origin.reference : undefined;
}
