/** The commands of a `RUN`, as far as they can be told without running a shell. */
import { parse } from "shell-quote";
import { fromByteText, type ByteText } from "../dockerfile/byte-text.ts";
import { readFlags } from "../dockerfile/read-flags.ts";
import { rangeOf, type Instruction } from "../dockerfile/split-instructions.ts";
import { jsonArray, splitWords } from "../dockerfile/tokens.ts";
import { bodyLines, startOf } from "./instructions.ts";
import type { Found, Position } from "./linted.ts";

/** A command and where it begins. */
export interface Command {
  /** As a shell would pass them; a variable stays as it is written. */
  readonly words: readonly string[];
  readonly at: Found["at"];
}

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:env|sh|bash|dash|ash|zsh)$/;

/** The commands of a `RUN`, those of a here-document that a shell reads included. */
export function commandsOf(instruction: Instruction): readonly Command[] {
  const { text, args } = instruction;
  const { rest } = readFlags(text, args);
  const words = jsonArray(text, rest);
  if (words !== undefined) return [{ words, at: startOf(instruction) }];
  const line = text.slice(rest);
  const own = commandsInLine(line).map((command) => ({
    words: command.words,
    at: rangeOf(instruction, rest + command.start, rest + command.start + 1).start,
  }));
  return isReadByShell(line) ? [...own, ...commandsInBodies(instruction)] : own;
}

/** Whether the here-documents of a line are scripts: nothing reads them, or a shell that is given nothing but options. */
function isReadByShell(line: ByteText): boolean {
  const words = splitWords(line, 0).map((word) => word.text);
  const [program, ...options] = words.filter((word) => !/^\d*<</.test(word));
  if (program === undefined) return true;
  const isOption = (word: string, index: number) =>
    /^[-+]/.test(word) || SHELL.test(word) || /^[-+]\w*[oO]$/.test(options[index - 1] ?? "");
  return SHELL.test(program) && options.every(isOption);
}

/** A here-document's lines, continued ones joined. */
function commandsInBodies(instruction: Instruction): readonly Command[] {
  const { first } = bodyLines(instruction);
  const commands: Command[] = [];
  let parts: readonly Part[] = [];
  for (const [index, text] of instruction.bodies.split("\n").slice(1).entries()) {
    const isContinued = text.endsWith("\\");
    parts = [...parts, { text: isContinued ? text.slice(0, -1) : text, line: first + index }];
    if (isContinued) continue;
    const joined = parts.map((part) => part.text).join("");
    for (const { words, start } of commandsInLine(joined))
      commands.push({ words, at: placeIn(parts, start) });
    parts = [];
  }
  return commands;
}

/** A line of those that a continued one is made of. */
interface Part {
  readonly text: ByteText;
  readonly line: number;
}

function placeIn([part, ...more]: readonly Part[], start: number): Position {
  const { text, line } = part ?? { text: "", line: 1 };
  if (more.length > 0 && start >= text.length) return placeIn(more, start - text.length);
  return { line, column: fromByteText(text.slice(0, start)).length + 1 };
}

interface Words {
  readonly words: readonly string[];
  /** Index in the line at which the first word stands. */
  readonly start: number;
}

/** The parser does not say where a word stands; they come in their order. */
function commandsInLine(line: ByteText): readonly Words[] {
  let at = 0;
  return wordsInLine(line).map((words) => {
    const start = Math.max(line.indexOf(words[0] ?? "", at), at);
    at = words.reduce((end, word) => Math.max(line.indexOf(word, end), end), start);
    return { words, start };
  });
}

function wordsInLine(line: ByteText): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const add = (word: string) => commands.at(-1)?.push(word.replaceAll(HASH, "#"));
  for (const token of tokensIn(line)) {
    if (typeof token === "string") add(token);
    else if ("pattern" in token) add(token.pattern);
    else if ("op" in token && !/[<>]/.test(token.op)) commands.push([]);
  }
  return commands.filter((words) => words.length > 0);
}

/** Stands for a `#` amid a word, which the parser takes for the start of a comment. */
const HASH = "\ue000";

/** None in a line that no shell could read, such as one with `${}`. */
function tokensIn(line: ByteText) {
  try {
    return parse(line.replace(/(?<=[^\s;&|()])#/g, HASH), (name: string) => `$${name}`);
  } catch {
    return [];
  }
}
