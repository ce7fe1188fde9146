/**
 * What of a Dockerfile can change the image: the stages that the target needs, without comments, blank lines and the
 * layout of the file. Two files with the same effect build the same from the same sources.
 */
import { declaredArguments } from "./arguments.ts";
import { fromByteText, trimEnd, type ByteText } from "./byte-text.ts";
import type { Directives } from "./read-directives.ts";
import type { Instruction } from "./split-instructions.ts";
import type { StageNode } from "./stage-graph.ts";

/** What of a Dockerfile can change the image. */
export interface Effect {
  /** Equal for files that build the same. */
  readonly text: ByteText;
  /** The names of the build arguments that are declared where the build sees them, sorted. */
  readonly args: readonly string[];
}

/** The effect of the stages that the target needs. */
export function effectOf(
  { frontend, escape }: Directives,
  globals: readonly Instruction[],
  needed: readonly StageNode[],
): Effect {
  const instructions = [...globals, ...needed.flatMap(instructionsOf)];
  const declarations = instructions.filter(({ keyword }) => keyword === "arg");
  const names = declarations.flatMap((instruction) => declaredArguments(instruction, escape));
  const lines = [`escape=${escape}`, `syntax=${frontend?.text ?? ""}`, ...instructions.map(lineOf)];
  return {
    text: lines.join("\n"),
    args: [...new Set(names.map(({ name }) => fromByteText(name)))].sort(),
  };
}

function instructionsOf({ stage, inherited, isReplaced }: StageNode): readonly Instruction[] {
  if (isReplaced) return [stage.from];
  const triggers = stage.triggers.map((trigger) => ({ ...trigger, keyword: `onbuild ${trigger.keyword}` }));
  return [stage.from, ...inherited.map(({ instruction }) => instruction), ...stage.instructions, ...triggers];
}

function lineOf({ keyword, text, args, bodies }: Instruction): string {
  return `${keyword} ${trimEnd(text.slice(args))}\n${bodies}`;
}
