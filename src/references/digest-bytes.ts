import { parseDigest, type Digest } from "../model/digest.ts";

/** How many hexadecimal digits a digest has. */
export const HEX_LENGTH = 64;

const IS_HEX = tableOf(/[0-9a-f]/);
const IS_DIGEST = tableOf(/[\w=-]/);

/** For each byte, whether its character matches. */
export function tableOf(expression: RegExp): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) => expression.test(String.fromCharCode(byte)));
}

/** The same bytes, not a copy, as a buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The digest whose hexadecimal digits begin here. `undefined` unless they are 64 and end here: any character that an OCI
 * digest may have (OCI image specification, "encoded") makes it another digest.
 */
export function digestAt(bytes: Buffer, hexStart: number): Digest | undefined {
  const end = hexStart + HEX_LENGTH;
  if (end > bytes.length) return undefined;
  for (let at = hexStart; at < end; at += 1) if (IS_HEX[bytes[at] ?? 0] !== true) return undefined;
  if (end < bytes.length && IS_DIGEST[bytes[end] ?? 0] === true) return undefined;
  return parseDigest(`sha256:${bytes.toString("latin1", hexStart, end)}`);
}
