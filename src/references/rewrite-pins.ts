import type { Digest } from "../model/digest.ts";
import type { Reference } from "../model/reference.ts";
import type { Owner } from "./own-references.ts";
import { scanPins, type Pin } from "./scan-pins.ts";

/** A file's bytes with new digests in them, and what was changed. */
export interface Rewritten {
  /** The very array that was given if nothing changed. */
  readonly bytes: Uint8Array;
  readonly changes: readonly PinChange[];
}

const GIT_LOOKS_AT = 8000;

/** One pin that got another digest. */
export interface PinChange {
  readonly image: string;
  readonly from: Digest;
  readonly to: Digest;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Writes the images' digests over those of their pins. Only hexadecimal digits change, and a second pass changes
 * nothing; every other byte and the length stay.
 */
export function rewritePins(
  bytes: Uint8Array,
  owner: Owner,
  digests: ReadonlyMap<string, Digest>,
): Rewritten {
  const changes: PinChange[] = [];
  const result = Buffer.from(bytes);
  const lines = lineCounter(bytes);
  for (const pin of scanPins(bytes)) {
    const image = owner(pin);
    const to = image === undefined ? undefined : digests.get(image);
    if (image === undefined || to === undefined || to === pin.digest) continue;
    overwrite(result, pin, to);
    changes.push({ image, from: pin.digest, to, line: lines(pin.hexStart) });
  }
  return changes.length === 0 ? { bytes, changes } : { bytes: result, changes };
}

/**
 * The bytes with zeros for the digests of all pins of managed repositories: the same whatever digests a run writes there.
 * Binary files, which no run writes to, are left as they are.
 */
export function maskPins(bytes: Uint8Array, isManaged: (reference: Reference) => boolean): Uint8Array {
  const pins = isBinary(bytes) ? [] : scanPins(bytes).filter(isManaged);
  if (pins.length === 0) return bytes;
  const masked = Buffer.from(bytes);
  for (const { hexStart, digest } of pins) masked.fill("0", hexStart, hexStart + hexLength(digest), "latin1");
  return masked;
}

/** As git tells: by a zero byte near its start. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, GIT_LOOKS_AT).includes(0);
}

function hexLength(digest: Digest): number {
  return digest.length - "sha256:".length;
}

function overwrite(bytes: Buffer, pin: Pin, to: Digest): void {
  bytes.write(to.slice("sha256:".length), pin.hexStart, "latin1");
}

/** A function from ascending byte offsets to line numbers that reads the bytes once. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let line = 1;
  let seen = 0;
  return (offset) => {
    for (; seen < offset; seen += 1) if (bytes[seen] === 0x0a) line += 1;
    return line;
  };
}
