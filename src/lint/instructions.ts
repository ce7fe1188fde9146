import { rangeOf, type Instruction } from "../dockerfile/split-instructions.ts";

/** The first and the last line of an instruction, its here-documents included. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** The byte offset of an instruction's keyword. */
export function startOf(instruction: Instruction): number {
  return rangeOf(instruction, instruction.start, instruction.start + 1).start;
}

/** The lines of an instruction. */
export function linesOf(instruction: Instruction): Lines {
  return { first: instruction.pieces[0]?.line ?? 1, last: bodyLines(instruction).last };
}

/** The lines of an instruction's here-documents; none if the last is not behind the first. */
export function bodyLines({ pieces, bodies }: Instruction): Lines {
  const end = pieces.at(-1)?.line ?? 1;
  return { first: end + 1, last: end + bodies.split("\n").length - 1 };
}
