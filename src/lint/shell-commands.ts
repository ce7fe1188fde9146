/** The commands of a `RUN`, as far as they can be told without running a shell. */
import { parse } from "shell-quote";
import { jsonArray, splitWords } from "../dockerfile/tokens.ts";
import { readFlags } from "../dockerfile/read-flags.ts";
import type { Instruction } from "../dockerfile/split-instructions.ts";

/** A command's words, as a shell would pass them; a variable stays as it is written. */
export type Command = readonly string[];

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:env|sh|bash|dash|ash|zsh)$/;

/** The commands of a `RUN`, those of a here-document that a shell reads included. */
export function commandsOf({ text, args, bodies }: Instruction): readonly Command[] {
  const { rest } = readFlags(text, args);
  const words = jsonArray(text, rest);
  if (words !== undefined) return [words];
  const line = text.slice(rest);
  const script = isReadByShell(line) ? `${line}\n${bodies.replace(/\\\n/g, "")}` : line;
  return script.split("\n").flatMap(commandsInLine);
}

/** Whether the here-documents of a line are scripts: nothing reads them, or a shell that is given nothing but options. */
function isReadByShell(line: string): boolean {
  const words = splitWords(line, 0).map((word) => word.text);
  const [program, ...options] = words.filter((word) => !/^\d*<</.test(word));
  if (program === undefined) return true;
  const isOption = (word: string, index: number) =>
    /^[-+]/.test(word) || SHELL.test(word) || /^[-+]\w*[oO]$/.test(options[index - 1] ?? "");
  return SHELL.test(program) && options.every(isOption);
}

function commandsInLine(line: string): readonly Command[] {
  const commands: string[][] = [[]];
  for (const token of parse(line, (name: string) => `$${name}`)) {
    if (typeof token === "string") commands.at(-1)?.push(token);
    else if ("pattern" in token) commands.at(-1)?.push(token.pattern);
    else if ("op" in token && !/[<>]/.test(token.op)) commands.push([]);
  }
  return commands.filter((command) => command.length > 0);
}
