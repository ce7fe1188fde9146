import { isSpace, skipSpaces, type ByteText } from "./byte-text.ts";

/** A `--name=value` in front of an instruction's arguments. */
export interface Flag {
  readonly name: string;
  /** Without quotes and escapes. */
  readonly value: ByteText;
  /** The index in the logical line of each of the value's characters. */
  readonly positions: readonly number[];
}

interface FlagWord {
  readonly text: ByteText;
  readonly positions: readonly number[];
  readonly end: number;
}

/** Reads the flags from index `from` on (frontend/dockerfile/parser/split_command.go). `rest` is where they end. */
export function readFlags(text: ByteText, from: number): { flags: readonly Flag[]; rest: number } {
  const flags: Flag[] = [];
  let at = skipSpaces(text, from);
  while (text.startsWith("--", at)) {
    const word = readWord(text, at);
    at = skipSpaces(text, word.end);
    if (word.text === "--") break;
    flags.push(toFlag(word));
  }
  return { flags, rest: at };
}

/** Here the backslash escapes whatever the directive says. */
function readWord(text: ByteText, from: number): FlagWord {
  let word = "";
  const positions: number[] = [];
  let quote = "";
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote === "" && isSpace(character)) break;
    if (quote === "" ? character === "'" || character === '"' : character === quote) {
      quote = quote === "" ? character : "";
      continue;
    }
    if (character === "\\") at += 1;
    if (at >= text.length) break;
    word += text[at] ?? "";
    positions.push(at);
  }
  return { text: word, positions, end: at };
}

function toFlag({ text, positions }: FlagWord): Flag {
  const equals = text.indexOf("=");
  const nameEnd = equals < 0 ? text.length : equals;
  const valueStart = equals < 0 ? text.length : equals + 1;
  return {
    name: text.slice(2, nameEnd),
    value: text.slice(valueStart),
    positions: positions.slice(valueStart),
  };
}
