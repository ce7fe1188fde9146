import { canonicalName, formatReference } from "../model/reference.ts";
import type { Checkout } from "../ports.ts";
import type { Pin } from "../references/pin.ts";
import { findPins, type FoundPin } from "./find-pins.ts";
import { placeOfUse } from "./judge-dockerfiles.ts";
import { imageIn, type Survey } from "./survey.ts";

/**
 * The pins of what images are built on and the configuration does not declare: in these files, and those that come about
 * only when a Dockerfile's variables are filled in.
 */
export async function findBasePins(
  checkout: Pick<Checkout, "read">,
  files: readonly string[],
  survey: Survey,
  images: readonly string[],
): Promise<readonly FoundPin[]> {
  const surveyed = images.map((name) => imageIn(survey, name));
  const uses = surveyed.flatMap(({ image, input, facts }) =>
    facts.uses
      .filter(({ reference }) => !survey.isManaged(reference))
      .map((use) => ({ ...use, place: placeOfUse(image.dockerfile, input.bytes, use) })),
  );
  const names = new Set(uses.map(({ reference }) => canonicalName(reference.name)));
  const pins = await findPins(checkout, files, survey.scanner, ({ name }) => names.has(canonicalName(name)));
  const known = new Set(pins.map(({ pin }) => formatReference(pin)));
  const hidden = uses.flatMap(({ reference, place }): readonly FoundPin[] => {
    const { digest } = reference;
    if (digest === undefined || place === undefined || known.has(formatReference(reference))) return [];
    const pin: Pin = { ...reference, digest, hexStart: 0, form: "text" };
    return [{ ...place, pin }];
  });
  return [...pins, ...hidden];
}
