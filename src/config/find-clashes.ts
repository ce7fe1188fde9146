import { formatKeyPath } from "./key-path.ts";
import type { Place } from "./place.ts";
import type { WrittenConfiguration, WrittenImage } from "./read-configuration.ts";
import { resolveImage } from "./resolve-image.ts";
import type { Problem } from "../errors.ts";
import type { Image } from "../model/image.ts";
import { canonicalName } from "../model/reference.ts";

/** Images that would push the same tag of the same repository: the later push would take it from the earlier one. */
export function findClashes(written: WrittenConfiguration, place: Place): readonly Problem[] {
  const pushes = [...written.images]
    .filter(([, image]) => isKnown(image, written))
    .map(([name, { values }]) => resolveImage(name, values, written, place))
    .map((image) => ({ image, to: canonicalName(image.repository) }));
  return pushes.flatMap(({ image, to }, index) =>
    pushes
      .slice(0, index)
      .filter((earlier) => earlier.to === to)
      .flatMap((earlier) => findClash(image, earlier.image)),
  );
}

/** Whether it can be read what is pushed where; a default that cannot be read matters only where it counts. */
function isKnown({ values, broken }: WrittenImage, { top }: WrittenConfiguration): boolean {
  if (broken.has("tags") || broken.has("repository")) return false;
  return values.tags !== undefined || !top.broken.has("tags");
}

function findClash(image: Image, earlier: Image): readonly Problem[] {
  const common = image.tags.filter((tag) => earlier.tags.includes(tag));
  if (common.length === 0) return [];
  const other = formatKeyPath(["images", earlier.name]);
  const what = `pushes ${common.join(", ")} to ${image.repository}, and so does ${other}`;
  const remedy = "Give one of them other `tags`, or another `repository`.";
  return [{ where: formatKeyPath(["images", image.name, "tags"]), what, remedy }];
}
