import { fromByteText, isSpace, skipSpaces, toByteText, type ByteText } from "./byte-text.ts";

/** A word and where it stands in the logical line: from index `start` to index `end` (exclusive). */
export interface Word {
  readonly text: ByteText;
  readonly start: number;
  readonly end: number;
}

/** The words from index `from` on, split at spaces and nothing else, as `FROM` and `COPY` do. */
export function splitWords(text: ByteText, from: number): readonly Word[] {
  return [...text.slice(from).matchAll(/[^ \t\n\v\f\r]+/g)].map((match) => {
    const start = from + match.index;
    return { text: match[0], start, end: start + match[0].length };
  });
}

/** The words from index `from` on, split at spaces that are neither quoted nor escaped, as `ARG` and `ENV` do. */
export function splitQuotedWords(text: ByteText, from: number, escape: string): readonly Word[] {
  const words: Word[] = [];
  let at = skipSpaces(text, from);
  while (at < text.length) {
    const end = endOfQuotedWord(text, at, escape);
    words.push({ text: text.slice(at, end), start: at, end });
    at = skipSpaces(text, end);
  }
  return words;
}

function endOfQuotedWord(text: ByteText, start: number, escape: string): number {
  let quote = "";
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote === "" && isSpace(character)) break;
    if (character === escape && quote !== "'") at += 1;
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
  }
  return Math.min(at, text.length);
}

/** The strings of a JSON array that begins at index `from`; `undefined` where the text is none (then it is shell form). */
export function jsonArray(text: ByteText, from: number): readonly ByteText[] | undefined {
  if (text[from] !== "[") return undefined;
  try {
    const value: unknown = JSON.parse(fromByteText(text.slice(from)));
    return Array.isArray(value) ? value.map((element) => toByteText(String(element))) : undefined;
  } catch {
    return undefined;
  }
}

/** A field of a line of comma-separated values, from index `start` to `end` (exclusive) without its quotes. */
export interface Field {
  readonly text: ByteText;
  /** The index of each of the text's characters in the line. */
  readonly positions: readonly number[];
}

/** The fields of one line of comma-separated values (RFC 4180); `undefined` where quotes are misplaced. */
export function splitFields(line: ByteText): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at <= line.length) {
    const field = line[at] === '"' ? quotedField(line, at) : plainField(line, at);
    if (field === undefined) return undefined;
    fields.push(field);
    at = field.end + 1;
  }
  return fields;
}

function plainField(line: ByteText, start: number) {
  const comma = line.indexOf(",", start);
  const end = comma < 0 ? line.length : comma;
  const text = line.slice(start, end);
  if (text.includes('"')) return undefined;
  return { text, positions: Array.from(text, (_, index) => start + index), end };
}

function quotedField(line: ByteText, start: number) {
  let text = "";
  const positions: number[] = [];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '"' && line[at + 1] !== '"') {
      const end = at + 1;
      return end === line.length || line[end] === "," ? { text, positions, end } : undefined;
    }
    if (line[at] === '"') at += 1;
    text += line[at] ?? "";
    positions.push(at);
  }
  return undefined;
}
