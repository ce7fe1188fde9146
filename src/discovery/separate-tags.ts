import type { ProposedImage } from "../model/discovery.ts";
import { canonicalName, isTag } from "../model/reference.ts";
import type { Draft } from "./merge-declarations.ts";
import { toName } from "./name-dockerfile.ts";

const DEFAULT = "latest";

/**
 * Gives images that share a repository different tags: what they are declared to have where that is different, or else the
 * stage or name. An image that has its repository to itself and no tag but `latest` needs none to be written.
 */
export function separateTags(
  images: readonly ProposedImage[],
  drafts: readonly Draft[],
): readonly ProposedImage[] {
  return images.map((image, index) => {
    const sharers = images.filter(
      (other) => other !== image && canonicalName(other.repository) === canonicalName(image.repository),
    );
    if (sharers.length === 0) return { ...image, tags: isPlain(image.tags) ? [] : image.tags };
    const others = sharers.flatMap(({ tags }) => (tags.length === 0 ? [DEFAULT] : tags));
    const own = image.tags.filter((tag) => !others.includes(tag));
    if (own.length > 0) return { ...image, tags: own };
    const isFirst = images.indexOf(image) < Math.min(...sharers.map((each) => images.indexOf(each)));
    if (isFirst && image.tags.length <= 1 && isPlain(image.tags)) return { ...image, tags: [] };
    const stage = drafts[index]?.target;
    const word = stage === undefined ? image.name : toName(stage);
    return { ...image, tags: [isTag(word) ? word : DEFAULT] };
  });
}

function isPlain(tags: readonly string[]): boolean {
  return tags.length === 0 || (tags.length === 1 && tags[0] === DEFAULT);
}
