import { readFlags } from "../dockerfile/read-flags.ts";
import type { Instruction } from "../dockerfile/split-instructions.ts";
import { jsonArray, splitWords } from "../dockerfile/tokens.ts";

/** Whether an instruction copies the whole context: `COPY . …`. */
export function copiesContext({ keyword, text, args }: Instruction): boolean {
  if (keyword !== "copy" && keyword !== "add") return false;
  const { flags, rest } = readFlags(text, args);
  if (flags.some(({ name, value }) => name === "from" && value !== "")) return false;
  const words = jsonArray(text, rest) ?? splitWords(text, rest).map((word) => word.text);
  return words.slice(0, -1).some((source) => /^\.?\/*\*?$/.test(source) && source !== "");
}
