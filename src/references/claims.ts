import { isOfSameImage, type Pin } from "./pin.ts";

/** A digest in a file, and the pin that it belongs to if that is certain. */
export interface Claim {
  readonly hexStart: number;
  readonly pin?: Pin;
}

/** The pin at each place that is claimed; `undefined` where it is not certain, or two say different things. */
export function settle(claims: readonly Claim[]): ReadonlyMap<number, Pin | undefined> {
  const byPlace = new Map<number, Pin | undefined>();
  for (const { hexStart, pin } of claims) {
    const other = byPlace.get(hexStart);
    const isFirst = other === undefined && !byPlace.has(hexStart);
    byPlace.set(hexStart, isFirst ? pin : pin && other && agreed(pin, other));
  }
  return byPlace;
}

/** One name with several tags is certain as far as the name goes. */
function agreed(pin: Pin, other: Pin): Pin | undefined {
  if (isOfSameImage(pin, other)) return pin;
  const untagged = withoutTag(pin);
  return isOfSameImage(untagged, withoutTag(other)) ? untagged : undefined;
}

function withoutTag(pin: Pin): Pin {
  const { name, digest, hexStart, form, image } = pin;
  return { name, digest, hexStart, form, ...(image === undefined ? {} : { image }) };
}
