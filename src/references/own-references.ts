import type { Digest } from "../model/digest.ts";
import { matchesTag } from "../model/tag-template.ts";
import { canonicalName, type Reference } from "../model/reference.ts";

/** An image as far as references to it are concerned. */
export interface ReferredImage {
  readonly name: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** Digests that the image has or had. */
  readonly digests: readonly Digest[];
}

/** Says which image a reference names: an image's name, `undefined` if it is none of them or cannot be told. */
export type Owner = (reference: Reference) => string | undefined;

/**
 * The owner of each reference among the images. A repository's only image owns all references to it; where several
 * images share a repository, a reference is to the one whose tag it carries or, without a tag, whose digest it is.
 */
export function referenceOwner(images: readonly ReferredImage[]): Owner {
  const byRepository = groupByRepository(images);
  return (reference) => {
    const sharers = byRepository.get(canonicalName(reference.name)) ?? [];
    const claimants = sharers.length > 1 ? sharers.filter((image) => claims(image, reference)) : sharers;
    return claimants.length === 1 ? claimants[0]?.name : undefined;
  };
}

function groupByRepository(images: readonly ReferredImage[]): ReadonlyMap<string, readonly ReferredImage[]> {
  const groups = new Map<string, ReferredImage[]>();
  for (const image of images) {
    const repository = canonicalName(image.repository);
    const group = groups.get(repository);
    if (group === undefined) groups.set(repository, [image]);
    else group.push(image);
  }
  return groups;
}

function claims(image: ReferredImage, { tag, digest }: Reference): boolean {
  if (tag !== undefined) return image.tags.some((each) => matchesTag(each, tag));
  return digest === undefined ? image.tags.includes("latest") : image.digests.includes(digest);
}
