import type { Place } from "../model/place.ts";
import type { Checkout } from "../ports.ts";
import type { Pin } from "../references/pin.ts";
import { positionsIn } from "../references/positions.ts";
import type { Scanner } from "../references/scanner.ts";

/** A pin and where its digest stands. */
export interface FoundPin extends Place {
  readonly pin: Pin;
}

const PREFIX = "sha256:";

/** The pins of files that `isWanted` takes, in their order. */
export async function findPins(
  checkout: Pick<Checkout, "read">,
  files: readonly string[],
  scanner: Pick<Scanner, "scan">,
  isWanted: (pin: Pin) => boolean,
): Promise<readonly FoundPin[]> {
  const found: FoundPin[] = [];
  for (const file of files) {
    const bytes = await checkout.read(file);
    if (bytes !== undefined) found.push(...pinsIn(file, bytes, scanner.scan(file, bytes).filter(isWanted)));
  }
  return found;
}

function pinsIn(file: string, bytes: Uint8Array, pins: readonly Pin[]): readonly FoundPin[] {
  if (pins.length === 0) return [];
  const positions = positionsIn(bytes);
  return pins.map((pin) => ({ file, ...positions(digestStart(bytes, pin)), pin }));
}

/** The prefix belongs to the digest, where it is written. */
function digestStart(bytes: Uint8Array, { hexStart }: Pin): number {
  const start = hexStart - PREFIX.length;
  return start >= 0 && Buffer.from(bytes.subarray(start, hexStart)).toString("latin1") === PREFIX
    ? start
    : hexStart;
}
