/** A digest with the lines around it. */
export interface Window {
  readonly text: string;
  /** Where the digest's hexadecimal digits begin in the text. */
  readonly digest: number;
}

/** On each side of the digest's own. */
const MOST_LINES = 5;
/** Bytes of all lines on one side, and of the line itself. */
const MOST_BYTES = 2000;
const NEWLINE = 0x0a;

/** Whole lines, with the place's own; `undefined` if that is longer than is looked at. */
export function linesAround(bytes: Buffer, at: number, encoding: "utf8" | "latin1"): Window | undefined {
  const own = { start: lineStart(bytes, at, at - MOST_BYTES), end: lineEnd(bytes, at, at + MOST_BYTES) };
  if (own.start === undefined || own.end === undefined) return undefined;
  const start = growBack(bytes, own.start);
  const before = bytes.toString(encoding, start, at);
  return { text: before + bytes.toString(encoding, at, growOn(bytes, own.end)), digest: before.length };
}

function growBack(bytes: Buffer, from: number): number {
  let start = from;
  for (let line = 0; line < MOST_LINES && start > 0; line += 1) {
    const above = lineStart(bytes, start - 1, from - MOST_BYTES);
    if (above === undefined) break;
    start = above;
  }
  return start;
}

function growOn(bytes: Buffer, from: number): number {
  let end = from;
  for (let line = 0; line < MOST_LINES && end < bytes.length; line += 1) {
    const below = lineEnd(bytes, end + 1, from + MOST_BYTES);
    if (below === undefined) break;
    end = below;
  }
  return end;
}

/** Where the line begins that `at` stands on; `undefined` if that is before `limit`. */
function lineStart(bytes: Buffer, at: number, limit: number): number | undefined {
  let start = at;
  while (start > 0 && bytes[start - 1] !== NEWLINE) {
    start -= 1;
    if (start < limit) return undefined;
  }
  return start;
}

/** Where the line ends, without its newline, that `at` stands on; `undefined` if that is behind `limit`. */
function lineEnd(bytes: Buffer, at: number, limit: number): number | undefined {
  let end = at;
  while (end < bytes.length && bytes[end] !== NEWLINE) {
    end += 1;
    if (end > limit) return undefined;
  }
  return end;
}
