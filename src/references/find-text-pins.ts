/**
 * Pins in the text of any kind of file: `name[:tag]@sha256:<64 hex>`.
 *
 * The search goes for `@sha256:` and walks back over the characters that a name can have, so that its cost is linear in
 * the file and does not depend on how many images there are.
 */
import { parseReference, type Reference } from "../model/reference.ts";
import { digestAt, tableOf } from "./digest-bytes.ts";
import { pinOf, type Pin } from "./pin.ts";

const MARK = Buffer.from("@sha256:");
/** A name has at most 255 characters and a tag 128 (distribution's reference grammar); the rest is for a scheme. */
const LONGEST_TOKEN = 512;
const IS_TOKEN = tableOf(/[\w./:-]/);

/** What a character behind a backslash comes to in a string, where a name can follow it. */
const ESCAPE = /^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[ntr])/;
/** `$` and what a variable's name or a template ends with: what follows is not the whole name. */
const VARIABLE_END = /[$})]$/;
/** What a host's port looks like once the host is cut off. */
const PORT = /^\d{1,5}(?:\/|$)/;

/** The pins in a file's bytes, in their order. Never throws, whatever the bytes. */
export function findTextPins(bytes: Buffer): readonly Pin[] {
  const pins: Pin[] = [];
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) {
    const pin = pinAt(bytes, at);
    if (pin !== undefined) pins.push(pin);
  }
  return pins;
}

function pinAt(bytes: Buffer, at: number): Pin | undefined {
  const hexStart = at + MARK.length;
  const digest = digestAt(bytes, hexStart);
  const reference = digest && referenceBefore(bytes, at);
  return reference && pinOf(reference, digest, hexStart, "text");
}

/** The longest reading of what stands before the `@` that is a reference decides whose pin it is. */
export function referenceBefore(bytes: Buffer, end: number): Reference | undefined {
  const start = tokenStart(bytes, end);
  if (start === undefined) return undefined;
  const token = bytes.toString("latin1", start, end);
  const before = bytes.toString("latin1", Math.max(0, start - 2), start);
  if (VARIABLE_END.test(before)) return undefined;
  for (const candidate of readings(token.slice(escapeLength(bytes, start, token)), before)) {
    const reference = parseReference(candidate);
    if (reference !== undefined) return reference;
  }
  return undefined;
}

/** Where the run of name characters that ends at `end` begins; `undefined` if it is longer than any reference. */
function tokenStart(bytes: Buffer, end: number): number | undefined {
  let start = end;
  while (start > 0 && IS_TOKEN[bytes[start - 1] ?? 0] === true) {
    start -= 1;
    if (end - start > LONGEST_TOKEN) return undefined;
  }
  return start;
}

/** How many of the token's first characters belong to an escape such as `\n` or `\u003c` in a string. */
function escapeLength(bytes: Buffer, start: number, token: string): number {
  let backslashes = 0;
  while (bytes[start - 1 - backslashes] === 0x5c) backslashes += 1;
  return backslashes % 2 === 1 ? (ESCAPE.exec(token)?.[0].length ?? 0) : 0;
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
  for (const { index, 0: separator } of token.matchAll(/:\/\/|:-|:/g)) {
    const rest = token.slice(index + separator.length);
    if (separator !== ":" || !PORT.test(rest)) yield rest;
  }
}
