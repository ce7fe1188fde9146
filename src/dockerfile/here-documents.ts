import type { ByteText } from "./byte-text.ts";
import { LexerError } from "./lexer-error.ts";
import { jsonArray } from "./tokens.ts";
import { readFlags } from "./read-flags.ts";
import { lex } from "./shell-lexer.ts";

/** A here-document that an instruction announces. */
export interface HereDocument {
  /** The line that ends it. */
  readonly name: ByteText;
  /** Whether tabs before that line do not count (`<<-`). */
  readonly stripsTabs: boolean;
}

/**
 * The here-documents of a `RUN`, `COPY` or `ADD`, in their order. The JSON form has none. The escape character is always
 * the backslash here, whatever the directive says, and a line that the lexer cannot read has none.
 */
export function findHereDocuments(text: ByteText, args: number): readonly HereDocument[] {
  if (!text.includes("<<")) return [];
  if (jsonArray(text, readFlags(text, args).rest) !== undefined) return [];
  return wordsIn(text, true).flatMap((word) => parseHereDocument(word) ?? []);
}

/** The here-document that a word announces, `undefined` if none. */
export function parseHereDocument(word: ByteText): HereDocument | undefined {
  const match = /^[0-9]*<<(-?)[ \t\r]*([^<]+)$/.exec(word);
  const names = wordsIn(match?.[2] ?? "", false);
  const [name] = names;
  return name === undefined || names.length > 1 ? undefined : { name, stripsTabs: match?.[1] === "-" };
}

function wordsIn(text: ByteText, raw: boolean): readonly ByteText[] {
  try {
    return lex(text, { escape: "\\", raw }).words;
  } catch (error) {
    if (error instanceof LexerError) return [];
    throw error;
  }
}
