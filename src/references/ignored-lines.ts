import { asBuffer } from "./digest-bytes.ts";

const MARK = Buffer.from("manage-images: ignore");
const NEXT = Buffer.from("-next-line");
const NEWLINE = 0x0a;

/**
 * Whether a byte stands on a line that is to be left alone: one with the words `manage-images: ignore`, or the one below
 * `manage-images: ignore-next-line`. To be asked with ascending offsets.
 */
export function ignoredLines(bytes: Uint8Array): (offset: number) => boolean {
  const buffer = asBuffer(bytes);
  if (!buffer.includes(MARK)) return () => false;
  const lines = markedLines(buffer);
  let at = 0;
  return (offset) => {
    while ((lines[at]?.end ?? Infinity) <= offset) at += 1;
    return (lines[at]?.start ?? Infinity) <= offset;
  };
}

interface Line {
  readonly start: number;
  /** Behind its newline. */
  readonly end: number;
}

/** In their order; a line may be there twice. */
function markedLines(bytes: Buffer): readonly Line[] {
  const lines: Line[] = [];
  let at = bytes.indexOf(MARK);
  while (at >= 0) {
    const line = { start: bytes.lastIndexOf(NEWLINE, at) + 1, end: endOfLine(bytes, at) };
    const marks = marksIn(bytes.subarray(at, line.end));
    if (marks.own) lines.push(line);
    if (marks.next) lines.push({ start: line.end, end: endOfLine(bytes, line.end) });
    at = bytes.indexOf(MARK, line.end);
  }
  return lines;
}

/** What the marks of a line, which begins with one, are for. */
function marksIn(line: Buffer): { readonly own: boolean; readonly next: boolean } {
  let own = false;
  let next = false;
  for (let at = 0; at >= 0; at = line.indexOf(MARK, at + MARK.length)) {
    const behind = at + MARK.length;
    if (line.subarray(behind, behind + NEXT.length).equals(NEXT)) next = true;
    else own = true;
  }
  return { own, next };
}

function endOfLine(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? bytes.length : newline + 1;
}
