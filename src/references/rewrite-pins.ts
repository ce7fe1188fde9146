import type { Digest } from "../model/digest.ts";
import type { Reference } from "../model/reference.ts";
import type { SuccessorOf } from "../model/successor.ts";
import { HEX_LENGTH } from "./digest-bytes.ts";
import type { Owner } from "./own-references.ts";
import { isOfSameImage, ownerOfPin, type Pin } from "./pin.ts";
import { positionsIn } from "./positions.ts";
import type { Scanner } from "./scanner.ts";

/** How pins are found, and whose they are. */
export interface References {
  readonly scanner: Pick<Scanner, "scan">;
  readonly owner: Owner;
}

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

interface Edit {
  readonly pin: Pin;
  readonly image: string;
  readonly to: Digest;
}

/**
 * Writes the images' digests over those of their pins. Only hexadecimal digits change, and a second pass changes
 * nothing; every other byte and the length stay. What the file says afterwards is read again: a pin that would not be
 * found where it was, as the same image's, is left as it is.
 */
export function rewritePins(
  path: string,
  bytes: Uint8Array,
  { scanner, owner }: References,
  successorOf: SuccessorOf,
): Rewritten {
  const edits = scanner.scan(path, bytes).flatMap((pin) => editOf(pin, owner, successorOf));
  if (edits.length === 0) return { bytes, changes: [] };
  const after = new Map(scanner.scan(path, apply(bytes, edits)).map((pin) => [pin.hexStart, pin]));
  const confirmed = edits.filter((edit) => isConfirmed(edit, after.get(edit.pin.hexStart)));
  if (confirmed.length === 0) return { bytes, changes: [] };
  const positions = positionsIn(bytes);
  const changes = confirmed.map(({ pin, image, to }) => ({
    image,
    from: pin.digest,
    to,
    line: positions(pin.hexStart).line,
  }));
  return { bytes: apply(bytes, confirmed), changes };
}

/**
 * The bytes with zeros for the digests of all pins of managed repositories: the same whatever digests a run writes there.
 * Binary files, which no run writes to, are left as they are.
 */
export function maskPins(
  path: string,
  bytes: Uint8Array,
  scanner: Pick<Scanner, "scan">,
  isManaged: (reference: Reference) => boolean,
): Uint8Array {
  const pins = isBinary(bytes) ? [] : scanner.scan(path, bytes).filter(isManaged);
  if (pins.length === 0) return bytes;
  const masked = Buffer.from(bytes);
  for (const { hexStart } of pins) masked.fill("0", hexStart, hexStart + HEX_LENGTH, "latin1");
  return masked;
}

function editOf(pin: Pin, owner: Owner, successorOf: SuccessorOf): readonly Edit[] {
  const image = ownerOfPin(owner, pin);
  const to = image === undefined ? undefined : successorOf(image, pin.digest);
  return image === undefined || to === undefined || to === pin.digest ? [] : [{ pin, image, to }];
}

function apply(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  const result = Buffer.from(bytes);
  for (const { pin, to } of edits) result.write(to.slice("sha256:".length), pin.hexStart, "latin1");
  return result;
}

function isConfirmed({ pin, to }: Edit, after: Pin | undefined): boolean {
  return after?.digest === to && isOfSameImage(pin, after);
}

/** As git tells: by a zero byte near its start. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, GIT_LOOKS_AT).includes(0);
}
