/**
 * References to images without a digest, `name:tag`, in the text of any kind of file.
 *
 * A tag without a digest may mean many things that a pin cannot, so this is stricter than the search for pins: what
 * follows must be the end of a word, and a line about what a name will be given to is not about what it has.
 */
import { canonicalName, splitName, type Reference } from "../model/reference.ts";
import { asBuffer, tableOf } from "./digest-bytes.ts";
import { referenceBefore } from "./find-text-pins.ts";
import { ignoredLines } from "./ignored-lines.ts";

/** A reference without a digest, where it stands in a file. */
export interface Unpinned {
  readonly reference: Reference;
  /** Byte offset behind it. */
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
  /** Whether the line is about what the name will be given to: `docker push name:tag`, `--tag name:tag`. */
  readonly namesResult: boolean;
}

const IS_TAG = tableOf(/[\w.-]/);
const ENDS_WORD = /^(?:$|[\s"'`,;)\]}>|&#]|\\(?:["'nrt\s]|$))/;
const NAMES_RESULT =
  /(?:^|[\s;&|"'`(=])(?:push|tag|build|buildx|bake|commit|rmi)[\s"',]|(?:^|[\s"'`])(?:-t|--tag|--destination|--cache-(?:from|to))[\s"',=]|\btags?["']?\s*[:=]/;

/** The references to these repositories in a file's bytes, in their order. Never throws, whatever the bytes. */
export function findUnpinned(bytes: Uint8Array, repositories: Iterable<string>): readonly Unpinned[] {
  const buffer = asBuffer(bytes);
  const wanted = new Set([...repositories].map(canonicalName));
  const ends = new Set<number>();
  for (const mark of marksOf(wanted))
    for (let at = buffer.indexOf(mark); at >= 0; at = buffer.indexOf(mark, at + 1))
      ends.add(endOfTag(buffer, at + mark.length));
  const isIgnored = ignoredLines(buffer);
  return [...ends]
    .toSorted((a, b) => a - b)
    .flatMap((end) => unpinnedBefore(buffer, end, wanted))
    .filter(({ end }) => !isIgnored(end - 1));
}

/** What a file must hold one of to have such references: the repositories' shortest names. */
export function marksOf(repositories: Iterable<string>): readonly string[] {
  const shortest = [...repositories].map((name) => splitName(name).path.replace(/^library\//, ""));
  return [...new Set(shortest)].map((name) => `${name}:`);
}

/** A full stop behind a tag ends a sentence. */
function endOfTag(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && IS_TAG[bytes[end] ?? 0] === true) end += 1;
  const isSentence = bytes[end - 1] === 0x2e && /^(?:\s|$)/.test(bytes.toString("latin1", end, end + 1));
  return isSentence ? end - 1 : end;
}

function unpinnedBefore(bytes: Buffer, end: number, wanted: ReadonlySet<string>): readonly Unpinned[] {
  const behind = bytes.toString("latin1", bytes[end] === 0x2e ? end + 1 : end, end + 2);
  if (!ENDS_WORD.test(behind)) return [];
  const reference = referenceBefore(bytes, end);
  if (reference?.tag === undefined || !wanted.has(canonicalName(reference.name))) return [];
  const lineStart = bytes.lastIndexOf(0x0a, end - 1) + 1;
  const before = bytes.toString("latin1", lineStart, end - reference.name.length - reference.tag.length - 1);
  return [{ reference, end, line: lineOf(bytes, end), namesResult: NAMES_RESULT.test(before) }];
}

function lineOf(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line += 1;
  return line;
}
