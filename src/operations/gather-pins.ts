import { canonicalName, formatReference } from "../model/reference.ts";
import type { Checkout, Contents } from "../ports.ts";
import { ownerOfPin, type Pin } from "../references/pin.ts";
import { findPins, type FoundPin } from "./find-pins.ts";
import { filesWithPins } from "./find-stale-pins.ts";
import { placeOfUse } from "./judge-dockerfiles.ts";
import { concerns, type PinRules } from "./judge-pins.ts";
import { imageIn, type Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The pins of the files: those that are the configuration's business, and those of what its images are built on. */
export async function gatherPins(
  checkout: Pick<Checkout, "read">,
  contents: () => Promise<Contents>,
  configured: Configured,
  survey: Survey,
  rules: PinRules,
): Promise<readonly FoundPin[]> {
  const { files } = await filesWithPins(await contents(), configured, survey);
  const bases = repositoriesUsed(survey, [...survey.images.keys()]);
  return findPins(
    checkout,
    files,
    survey.scanner,
    (pin) => concerns(rules, pin) || bases.has(canonicalName(pin.name)),
  );
}

/** What to ask registries about for these images: of those pins, and of those that are only there with variables filled in. */
export function pinsOf(
  survey: Survey,
  images: readonly string[] | "all",
  pins: readonly FoundPin[],
): readonly FoundPin[] {
  const known = new Set(pins.map(({ pin }) => formatReference(pin)));
  const all = [...pins, ...hiddenPins(survey).filter(({ pin }) => !known.has(formatReference(pin)))];
  if (images === "all") return all;
  const used = repositoriesUsed(survey, images);
  return all.filter(({ pin }) => {
    if (!survey.isManaged(pin) && used.has(canonicalName(pin.name))) return true;
    return images.includes(ownerOfPin(survey.owner, pin) ?? "");
  });
}

function repositoriesUsed(survey: Survey, images: readonly string[]): ReadonlySet<string> {
  const uses = images.flatMap((name) => imageIn(survey, name).facts.uses);
  return new Set(uses.map(({ reference }) => canonicalName(reference.name)));
}

/** Of bases: one of ours is drift whatever registries say. */
function hiddenPins({ images, isManaged }: Survey): readonly FoundPin[] {
  return [...images.values()].flatMap(({ image, input, facts }) =>
    facts.uses.flatMap((use): readonly FoundPin[] => {
      const { digest } = use.reference;
      const place = digest && placeOfUse(image.dockerfile, input.bytes, use);
      if (digest === undefined || place === undefined || isManaged(use.reference)) return [];
      const pin: Pin = { ...use.reference, digest, hexStart: 0, form: "text" };
      return [{ ...place, pin }];
    }),
  );
}
