import { fromByteText, toByteText } from "./byte-text.ts";
import { splitInstructions, type Instruction } from "./split-instructions.ts";
import { splitLines } from "./split-lines.ts";

/** An instruction behind an `ONBUILD`: it is run where an image is built from the one that has it. */
export interface Trigger {
  /** The instruction as an image's configuration has it: in one line, with its here-documents behind it. */
  readonly text: string;
}

/** The trigger that an instruction is; the reverse of `parseTrigger`. */
export function formatTrigger({ text, start, bodies }: Instruction): Trigger {
  return { text: fromByteText(text.slice(start) + bodies) };
}

/** The instruction that a trigger is, as a list that is empty where there is none. */
export function parseTrigger({ text }: Trigger): readonly Instruction[] {
  return splitInstructions(splitLines(toByteText(text)), "\\").instructions;
}
