import { fromByteText, toByteText, type ByteText } from "./byte-text.ts";
import { LexerError } from "./lexer-error.ts";
import type { LineProblem } from "./problems.ts";
import { lex, type Value } from "./shell-lexer.ts";
import { lineAt, rangeOf, type Instruction, type Range } from "./split-instructions.ts";
import { splitQuotedWords, type Word } from "./tokens.ts";

/** An argument that an `ARG` declares. */
export interface Declared {
  readonly name: string;
  /** The default as it is written, with its quotes. */
  readonly default?: Word;
}

/** A global argument that has a value. */
export interface GlobalArgument extends Value {
  /** Where the default stands that is its value, if it is a default that names no variable. */
  readonly written?: Range & { readonly line: number };
}

/** The arguments that an `ARG` instruction declares. */
export function declaredArguments({ text, args }: Instruction, escape: string): readonly Declared[] {
  return splitQuotedWords(text, args, escape).map((word) => {
    const equals = word.text.indexOf("=");
    if (equals < 0) return { name: word.text };
    const value = { text: word.text.slice(equals + 1), start: word.start + equals + 1, end: word.end };
    return { name: word.text.slice(0, equals), default: value };
  });
}

/**
 * The arguments that `FROM` sees: BuildKit's own, and those that are declared before the first `FROM`, with the configured
 * value or the default.
 */
export function globalArguments(
  declarations: readonly Instruction[],
  configured: ReadonlyMap<string, string>,
  own: Readonly<Record<string, string>>,
  escape: string,
): { globals: ReadonlyMap<string, GlobalArgument>; problems: readonly LineProblem[] } {
  const globals = new Map<string, GlobalArgument>();
  const problems: LineProblem[] = [];
  for (const [name, text] of Object.entries(own)) globals.set(name, valueOf(configured.get(name) ?? text));
  for (const instruction of declarations) {
    for (const declared of declaredArguments(instruction, escape)) {
      const value = globalValue(instruction, declared, configured, globals, escape);
      if (value === undefined) continue;
      if ("what" in value) problems.push(value);
      else globals.set(declared.name, value);
    }
  }
  return { globals, problems };
}

/** A value that is given as text. */
export function valueOf(text: string): Value {
  return { text: toByteText(text), missing: [] };
}

function globalValue(
  instruction: Instruction,
  declared: Declared,
  configured: ReadonlyMap<string, string>,
  globals: ReadonlyMap<string, GlobalArgument>,
  escape: string,
): GlobalArgument | LineProblem | undefined {
  const given = configured.get(declared.name);
  if (given !== undefined) return valueOf(given);
  const word = declared.default;
  if (word === undefined) return undefined;
  try {
    const { text, missing } = lex(word.text, { escape, lookup: (name) => globals.get(name) });
    const line = lineAt(instruction, word.start);
    const isLiteral = word.end > word.start && !word.text.includes("$");
    return {
      text,
      missing,
      ...(isLiteral ? { written: { ...rangeOf(instruction, word.start, word.end), line } } : {}),
    };
  } catch (error) {
    if (!(error instanceof LexerError)) throw error;
    return unreadable(lineAt(instruction, word.start), word.text, error);
  }
}

/** The problem with a text that the lexer cannot read. */
export function unreadable(line: number, text: ByteText, error: LexerError): LineProblem {
  return {
    line,
    what: `\`${fromByteText(text)}\` cannot be read: ${error.message}`,
    remedy: "BuildKit refuses it. Correct it.",
  };
}
