/**
 * What languages with brackets are made of, as far as fields go: JSON (with comments), Starlark (Bazel) and HCL
 * (Terraform). Each character is looked at once, and nothing nests in the reader.
 */
import { tableOf } from "./digest-bytes.ts";
import { endOfHereDocument, endOfQuoted, endOfTemplate } from "./quoted-texts.ts";
import type { Value } from "./fields.ts";

/** What stands between brackets. `other` stands for what is no part of a plain value. */
export type Piece =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "text"; readonly value: Value }
  | { readonly kind: "assign" | "separator" | "spread" | "other" };

/** A piece, a bracket, or what cannot be read. */
export type Token =
  | Piece
  | { readonly kind: "open"; readonly bracket: string }
  | { readonly kind: "close"; readonly bracket: string }
  | typeof BROKEN;

/** How a language differs from the others. */
export interface Dialect {
  readonly comments: readonly ("#" | "//" | "/*")[];
  readonly quotes: string;
  /** Texts in three quotes, which go over several lines. */
  readonly hasLongTexts: boolean;
  /** `${…}` in texts, and here-documents. */
  readonly hasTemplates: boolean;
  /** Whether a value ends with its line. */
  readonly endsAtNewline: boolean;
  /** Whether a field `name` can be an image's; in Bazel it is a target's. */
  readonly namesImages: boolean;
}

/** A token, or none, and where what follows begins. */
interface Read {
  readonly token?: Token;
  readonly end: number;
}

const IS_WORD = tableOf(/[\w.-]/);

/** The tokens of a file whose bytes are the characters of `source`. Ends with `broken` where it cannot be read on. */
export function* readTokens(source: string, dialect: Dialect): Generator<Token, void> {
  for (let at = 0; at < source.length;) {
    const { token, end } = readAt(source, at, dialect);
    if (token !== undefined) yield token;
    if (token?.kind === "broken") return;
    at = end;
  }
}

function readAt(source: string, at: number, dialect: Dialect): Read {
  const character = source.charAt(at);
  if (character === "\n") return { end: at + 1, ...(dialect.endsAtNewline ? { token: SEPARATOR } : {}) };
  if (character === " " || character === "\t" || character === "\r") return { end: at + 1 };
  if (dialect.quotes.includes(character)) return readText(source, at, dialect);
  if (isWordAt(source, at)) return readWord(source, at);
  const comment = dialect.comments.find((start) => source.startsWith(start, at));
  if (comment !== undefined) return readComment(source, at, comment);
  if (dialect.hasTemplates && source.startsWith("<<", at)) return readHereDocument(source, at);
  return readSign(source, at, character);
}

const SEPARATOR: Token = { kind: "separator" };
const BROKEN = { kind: "broken" } as const;

function isWordAt(source: string, at: number): boolean {
  return IS_WORD[source.charCodeAt(at)] === true;
}

function readWord(source: string, at: number): Read {
  let end = at;
  while (end < source.length && isWordAt(source, end)) end += 1;
  return { token: { kind: "word", text: source.slice(at, end) }, end };
}

function readComment(source: string, at: number, start: string): Read {
  const stop = start === "/*" ? "*/" : "\n";
  const found = source.indexOf(stop, at + start.length);
  if (found >= 0) return { end: stop === "\n" ? found : found + stop.length };
  return { end: source.length, ...(stop === "\n" ? {} : { token: BROKEN }) };
}

function readText(source: string, at: number, dialect: Dialect): Read {
  const quote = source.charAt(at);
  const opening = dialect.hasLongTexts && source.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  const start = at + opening.length;
  const end = dialect.hasTemplates ? endOfTemplate(source, start) : endOfQuoted(source, start, opening);
  if (end === undefined) return { token: BROKEN, end: start };
  const text = source.slice(start, end);
  const isPlain = !text.includes("\\") && !(dialect.hasTemplates && /[$%]\{/.test(text));
  return {
    token: { kind: "text", value: isPlain ? { text, start } : "unknown" },
    end: end + opening.length,
  };
}

function readHereDocument(source: string, at: number): Read {
  const end = endOfHereDocument(source, at);
  return end === undefined ? { token: BROKEN, end: at } : { token: { kind: "text", value: "unknown" }, end };
}

function readSign(source: string, at: number, character: string): Read {
  if ("([{".includes(character)) return { token: { kind: "open", bracket: character }, end: at + 1 };
  if (")]}".includes(character)) return { token: { kind: "close", bracket: character }, end: at + 1 };
  if (character === ",") return { token: SEPARATOR, end: at + 1 };
  if (source.startsWith("**", at)) return { token: { kind: "spread" }, end: at + 2 };
  const isCompared = character === "=" && /[=>]/.test(source.charAt(at + 1));
  if (isCompared) return { token: { kind: "other" }, end: at + 2 };
  return { token: { kind: character === "=" || character === ":" ? "assign" : "other" }, end: at + 1 };
}
