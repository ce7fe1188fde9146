import { skipSpaces, type ByteText } from "./byte-text.ts";

/** A physical line, without its line ending. */
export interface Line {
  readonly text: ByteText;
  /** Byte offset of its first character in the file. */
  readonly offset: number;
  /** Counted from 1. */
  readonly number: number;
}

const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

/** The lines of a file. A byte order mark is no part of the first; carriage returns at an end are no part of a line. */
export function splitLines(text: ByteText): readonly Line[] {
  const start = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  let offset = start;
  const lines = text
    .slice(start)
    .split("\n")
    .map((line, index) => {
      const at = offset;
      offset += line.length + 1;
      return { text: line.replace(/\r+$/, ""), offset: at, number: index + 1 };
    });
  return lines.at(-1)?.text === "" ? lines.slice(0, -1) : lines;
}

/** The line without the spaces at its start. */
export function trimStart({ text, offset, number }: Line): Line {
  const skipped = skipSpaces(text, 0);
  return { text: text.slice(skipped), offset: offset + skipped, number };
}

/** Whether the first character that is no space is `#`. */
export function isComment({ text }: Line): boolean {
  return text[skipSpaces(text, 0)] === "#";
}

/** Whether there are only spaces. */
export function isBlank({ text }: Line): boolean {
  return skipSpaces(text, 0) === text.length;
}
