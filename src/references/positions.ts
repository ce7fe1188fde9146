import { isUtf8 } from "node:buffer";
import { asBuffer } from "./digest-bytes.ts";

/** Where a byte of a file stands, both counted from 1. */
export interface Position {
  readonly line: number;
  /** In UTF-16 code units, as editors count; in bytes where the file is not UTF-8. */
  readonly column: number;
}

const NEWLINE = 0x0a;

/** A function from ascending byte offsets to positions that reads the bytes once. */
export function positionsIn(bytes: Uint8Array): (offset: number) => Position {
  const buffer = asBuffer(bytes);
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  let seen = 0;
  let newline = buffer.indexOf(NEWLINE);
  let line = 1;
  let column = 1;
  return (offset) => {
    while (newline >= 0 && newline < offset) {
      seen = newline + 1;
      newline = buffer.indexOf(NEWLINE, seen);
      line += 1;
      column = 1;
    }
    column += buffer.toString(encoding, seen, offset).length;
    seen = Math.max(seen, offset);
    return { line, column };
  };
}
