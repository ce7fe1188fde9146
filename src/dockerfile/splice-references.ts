import { Buffer } from "node:buffer";

/** The text to stand in place of the bytes `start` to `end` (exclusive) of a file. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The bytes with the replacements made, in whatever order they are given; of several for one place the first counts. */
export function spliceReferences(bytes: Uint8Array, replacements: readonly Replacement[]): Uint8Array {
  const sorted = [...replacements].sort((a, b) => a.start - b.start);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of sorted) {
    if (start < at) continue;
    parts.push(bytes.subarray(at, start), Buffer.from(text, "utf8"));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}
