/**
 * Digests written in files.
 *
 * A pin is found by its text, `name[:tag]@sha256:<64 hex>`, in the bytes of any kind of file. The search goes for
 * `@sha256:` and walks back over the characters that a name can have, so that its cost is linear in the file and does
 * not depend on how many images there are.
 */
import { parseDigest, type Digest } from "../model/digest.ts";
import { parseReference, type Reference } from "../model/reference.ts";

/** A reference with a digest, where it stands in a file. Its name is as written, without a scheme. */
export interface Pin extends Reference {
  readonly digest: Digest;
  /** Byte offset of the first of the 64 hexadecimal digits. */
  readonly hexStart: number;
}

/** A line with these words is left alone. */
const IGNORE = Buffer.from("manage-images: ignore");
const MARK = Buffer.from("@sha256:");
const HEX_LENGTH = 64;
/** A name has at most 255 characters and a tag 128 (distribution's reference grammar); the rest is for a scheme. */
const LONGEST_TOKEN = 512;

/** Every pin in a file's bytes, in their order, but for those of lines to be ignored. Never throws, whatever the bytes. */
export function scanPins(bytes: Uint8Array): readonly Pin[] {
  const buffer = asBuffer(bytes);
  const pins = allPins(buffer);
  if (!buffer.includes(IGNORE)) return pins;
  const ignored = ignoredLines(buffer);
  return pins.filter(
    ({ hexStart }) => !ignored.some(({ start, end }) => start <= hexStart && hexStart < end),
  );
}

function ignoredLines(buffer: Buffer): readonly { readonly start: number; readonly end: number }[] {
  const lines = [];
  for (let at = buffer.indexOf(IGNORE); at >= 0; at = buffer.indexOf(IGNORE, at + 1)) {
    const end = buffer.indexOf("\n", at);
    lines.push({ start: buffer.lastIndexOf("\n", at) + 1, end: end < 0 ? buffer.length : end });
  }
  return lines;
}

function allPins(buffer: Buffer): readonly Pin[] {
  const pins: Pin[] = [];
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + MARK.length)) {
    const pin = pinAt(buffer, at);
    if (pin !== undefined) pins.push(pin);
  }
  return pins;
}

function pinAt(buffer: Buffer, at: number): Pin | undefined {
  const hexStart = at + MARK.length;
  const hexEnd = hexStart + HEX_LENGTH;
  const digest = parseDigest(`sha256:${buffer.toString("latin1", hexStart, hexEnd)}`);
  if (digest === undefined || isDigestByte(buffer[hexEnd])) return undefined;
  const reference = referenceBefore(buffer, at);
  return reference && { ...reference, digest, hexStart };
}

/** The longest reading of what stands before the `@` that is a reference decides whose pin it is. */
function referenceBefore(buffer: Buffer, end: number): Reference | undefined {
  const start = tokenStart(buffer, end);
  if (start === undefined) return undefined;
  const token = buffer.toString("latin1", start + quotedEscape(buffer, start), end);
  const before = buffer.toString("latin1", Math.max(0, start - 2), start);
  for (const candidate of readings(token, before)) {
    const reference = parseReference(candidate);
    if (reference !== undefined) return reference;
  }
  return undefined;
}

/** Where the run of name characters that ends at `end` begins; `undefined` if it is longer than any reference. */
function tokenStart(buffer: Buffer, end: number): number | undefined {
  let start = end;
  while (start > 0 && isTokenByte(buffer[start - 1])) {
    start -= 1;
    if (end - start > LONGEST_TOKEN) return undefined;
  }
  return start;
}

/** 1 if the token's first letter belongs to an escape such as `\n` in a JSON string, else 0. */
function quotedEscape(buffer: Buffer, start: number): 0 | 1 {
  let backslashes = 0;
  while (buffer[start - 1 - backslashes] === 0x5c) backslashes += 1;
  return backslashes % 2 === 1 && "ntr".includes(String.fromCharCode(buffer[start] ?? 0)) ? 1 : 0;
}

/**
 * What the token may be, longest first: all of it, or what follows a scheme (`docker://`), a transport or key
 * (`oci:`, `image:`), or the operator of a shell default (`${IMAGE:-`, `${IMAGE-`).
 */
function* readings(token: string, before: string): Generator<string> {
  const shellDefault = before === "${" ? /^\w+-/.exec(token) : null;
  if (shellDefault !== null) {
    yield token.slice(shellDefault[0].length);
    return;
  }
  yield token;
  for (const { index, 0: separator } of token.matchAll(/:\/\/|:-|:/g))
    yield token.slice(index + separator.length);
}

function isTokenByte(byte: number | undefined): boolean {
  return byte !== undefined && /[\w./:-]/.test(String.fromCharCode(byte));
}

/** The characters of a digest's encoded part (OCI image specification); one of them after 64 makes it another digest. */
function isDigestByte(byte: number | undefined): boolean {
  return byte !== undefined && /[\w=-]/.test(String.fromCharCode(byte));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
