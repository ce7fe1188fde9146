import { formatReference } from "../model/reference.ts";
import type { Survey, SurveyedImage } from "./survey.ts";

/**
 * Whether an image's platforms must be built one by one and joined: no single build has arguments for one platform only, or
 * a Dockerfile in which the same place is one image of the configuration here and another there.
 */
export function isBuiltApart(
  { ownerOfUse }: Pick<Survey, "ownerOfUse">,
  { image, facts }: SurveyedImage,
): boolean {
  if (image.platforms.length < 2) return false;
  if (image.platformArgs !== undefined) return true;
  const ours = facts.uses.filter(({ reference }) => ownerOfUse(reference) !== undefined);
  return ours.some(({ reference, written }) =>
    facts.uses.some(
      (other) =>
        written !== undefined &&
        other.written?.start === written.start &&
        formatReference(other.reference) !== formatReference(reference),
    ),
  );
}
