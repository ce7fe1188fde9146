import type { Image } from "../model/image.ts";
import type { Range } from "../dockerfile/split-instructions.ts";
import { ownerOfPin } from "../references/pin.ts";
import { passedImages } from "./arguments.ts";
import { builtBase } from "./label-base.ts";
import { sharesEngine, type Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * Whether an image can be built only when the digests of its dependencies are known. Otherwise it is built on what
 * they are in the engine that both are built by while they are being pushed, and nothing of that can be seen in it.
 */
export function needsDigests(run: Run, name: string): boolean {
  const { survey, settings, images } = run;
  if (!settings.push) return false;
  const { image, input, facts } = imageIn(survey, name);
  const isBuilt = (dependency: string | undefined) => dependency !== undefined && images.has(dependency);
  const places = facts.uses.flatMap(({ written }) => (written === undefined ? [] : [written]));
  const isLabelledAtOnce = facts.triggers.length > 0 || image.reproducible === true || hasMoreParts(image);
  return (
    settings.pull ||
    survey.graph.dependenciesOf(name).some((each) => isBuilt(each) && !sharesEngine(run, name, each)) ||
    // The label of its base cannot be added later: that build would run its triggers, have a step more, or lose a part of it.
    (isLabelledAtOnce && builtBase(run, name) !== undefined) ||
    passedImages(image).some(isBuilt) ||
    // A trigger's text becomes part of the image.
    facts.triggerUses.some(({ reference }) => isBuilt(survey.ownerOfUse(reference))) ||
    survey.scanner
      .scan(image.dockerfile, input.bytes)
      .some((pin) => isBuilt(ownerOfPin(survey.owner, pin)) && !isWithin(pin.hexStart, places))
  );
}

/** Whether there is more to an image than layers and a configuration as every builder writes it. */
function hasMoreParts({ platforms, provenance, sbom, annotations, cacheTo = [] }: Image): boolean {
  const hasAttestations = provenance !== undefined || sbom === true;
  const hasCache = cacheTo.some((cache) => /\binline\b/.test(cache));
  return platforms.length > 1 || hasAttestations || annotations !== undefined || hasCache;
}

/** A pin elsewhere than in what BuildKit resolves, in a label say, would be built with its old digest. */
function isWithin(offset: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ start, end }) => start <= offset && offset < end);
}
