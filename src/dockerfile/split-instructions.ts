/**
 * A Dockerfile's logical instructions, cut as BuildKit's parser cuts them (frontend/dockerfile/parser/parser.go):
 * continued lines joined, comments and blank lines inside them dropped, here-documents taken off. Every character of an
 * instruction knows the byte of the file that it comes from.
 */
import { fromByteText, isSpace, skipSpaces, trimEnd, type ByteText } from "./byte-text.ts";
import { findHereDocuments, type HereDocument } from "./here-documents.ts";
import type { LineProblem } from "./problems.ts";
import { isBlank, isComment, trimStart, type Line } from "./split-lines.ts";

/** An instruction; the one behind an `ONBUILD` is one, too. */
export interface Instruction {
  /** In lower case. */
  readonly keyword: string;
  /** The whole logical line. */
  readonly text: ByteText;
  /** Index in the text at which the keyword begins. */
  readonly start: number;
  /** Index in the text at which the keyword's arguments, with their flags, begin. */
  readonly args: number;
  readonly pieces: readonly Piece[];
  /** The line of the keyword, counted from 1. */
  readonly line: number;
  /** The here-documents as they stand in the file, with their last lines. */
  readonly bodies: ByteText;
}

/** A part of a logical line that stands in the file in one piece. */
export interface Piece {
  /** Index of its first character in the logical line. */
  readonly at: number;
  /** Byte offset of that character in the file. */
  readonly offset: number;
  readonly line: number;
}

/** The bytes `start` to `end` (exclusive) of a file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Logical {
  readonly text: ByteText;
  readonly pieces: readonly Piece[];
  /** Index of the first line behind it. */
  readonly next: number;
}

const WITH_HERE_DOCUMENTS = ["add", "copy", "run"];

/** Cuts a file into its instructions. */
export function splitInstructions(lines: readonly Line[], escape: string) {
  const instructions: Instruction[] = [];
  const problems: LineProblem[] = [];
  let at = 0;
  while (at < lines.length) {
    const logical = readLogicalLine(lines, at, escape);
    at = logical.next;
    if (logical.text === "") continue;
    const instruction = toInstruction(logical, 0, "");
    const taken = takeBodies(lines, at, hereDocumentsOf(instruction));
    at = taken.next;
    if (taken.unended !== undefined) problems.push(unendedDocument(instruction, taken.unended));
    instructions.push({ ...instruction, bodies: taken.bodies });
  }
  return { instructions, problems };
}

/** The instruction that an `ONBUILD` holds back, `undefined` if there is none. */
export function triggerIn(onbuild: Instruction): Instruction | undefined {
  const { text, pieces, args, bodies } = onbuild;
  return args === text.length ? undefined : toInstruction({ text, pieces, next: 0 }, args, bodies);
}

/** Where the characters `from` to `to` (exclusive, and never none) of a logical line stand in the file. */
export function rangeOf({ pieces }: Pick<Instruction, "pieces">, from: number, to: number): Range {
  return { start: offsetOf(pieces, from), end: offsetOf(pieces, to - 1) + 1 };
}

/** The line of the file on which a character of a logical line stands. */
export function lineAt({ pieces }: Pick<Instruction, "pieces">, index: number): number {
  return pieceAt(pieces, index).line;
}

function readLogicalLine(lines: readonly Line[], first: number, escape: string): Logical {
  const pieces: Piece[] = [];
  let text = "";
  let isContinued = true;
  let at = first;
  for (; isContinued && at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    const isFirst = at === first;
    if (isFirst && (isComment(line) || isBlank(line))) return { text: "", pieces, next: at + 1 };
    if (isComment(line) || isBlank(line)) continue;
    const { text: part, offset, number } = isFirst ? trimStart(line) : line;
    const cut = cutContinuation(part, escape);
    isContinued = cut !== undefined;
    pieces.push({ at: text.length, offset, line: number });
    text += cut ?? part;
  }
  return { text: trimEnd(text), pieces, next: at };
}

/** The line without the character that continues it. Behind another of its kind it does not continue anything. */
function cutContinuation(line: ByteText, escape: string): ByteText | undefined {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end -= 1;
  const isContinued = line[end - 1] === escape && line[end - 2] !== escape;
  return isContinued ? line.slice(0, end - 1) : undefined;
}

function toInstruction({ text, pieces }: Logical, from: number, bodies: ByteText): Instruction {
  const start = skipSpaces(text, from);
  let end = start;
  while (end < text.length && !isSpace(text[end])) end += 1;
  return {
    keyword: text.slice(start, end).toLowerCase(),
    text,
    start,
    args: skipSpaces(text, end),
    pieces,
    line: pieceAt(pieces, start).line,
    bodies,
  };
}

function hereDocumentsOf(instruction: Instruction): readonly HereDocument[] {
  const holder = instruction.keyword === "onbuild" ? triggerIn(instruction) : instruction;
  if (holder === undefined || !WITH_HERE_DOCUMENTS.includes(holder.keyword)) return [];
  return findHereDocuments(holder.text, holder.args);
}

function takeBodies(lines: readonly Line[], from: number, documents: readonly HereDocument[]) {
  let bodies = "";
  let next = from;
  for (const document of documents) {
    const end = lines.findIndex((line, index) => index >= next && isEndOf(document, line));
    if (end < 0) return { bodies, next: lines.length, unended: document };
    bodies += lines.slice(next, end + 1).reduce((all, line) => `${all}\n${line.text}`, "");
    next = end + 1;
  }
  return { bodies, next, unended: undefined };
}

function isEndOf({ name, stripsTabs }: HereDocument, { text }: Line): boolean {
  return (stripsTabs ? text.replace(/^\t+/, "") : text) === name;
}

function unendedDocument({ line }: Instruction, { name }: HereDocument): LineProblem {
  const shown = fromByteText(name);
  return {
    line,
    what: `the here-document \`${shown}\` is not ended`,
    remedy: `Put a line that holds nothing but ${shown} behind it.`,
  };
}

function offsetOf(pieces: readonly Piece[], index: number): number {
  const { at, offset } = pieceAt(pieces, index);
  return offset + index - at;
}

function pieceAt(pieces: readonly Piece[], index: number): Piece {
  return pieces.findLast(({ at }) => at <= index) ?? { at: 0, offset: 0, line: 1 };
}
