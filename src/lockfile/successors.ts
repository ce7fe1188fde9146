import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/image.ts";
import type { SuccessorOf } from "../model/successor.ts";
import type { LockEntry } from "./lockfile.ts";

/** What is known of images, by their names. */
export type Entries = ReadonlyMap<string, Pick<LockEntry, "digest" | "platforms">>;

/**
 * What pins of images are to carry now that these are the images' entries. A pin keeps its kind: one of a platform's image,
 * as far as these entries and `earlier` ones tell, gets that platform's, or nothing if the image is not for that platform any
 * more. All others get the image's own digest.
 */
export function successorsOf(entries: Entries, earlier: readonly Entries[]): SuccessorOf {
  const known = [entries, ...earlier];
  return (image, from) => {
    const entry = entries.get(image);
    if (entry?.platforms === undefined) return entry?.digest;
    const platform = platformOf(known, image, from);
    return platform === undefined ? entry.digest : entry.platforms[platform];
  };
}

/** Whether one of the entries says what an image's digest is. */
export function isKnown(known: readonly Entries[], image: string, digest: Digest): boolean {
  return (
    known.some((entries) => entries.get(image)?.digest === digest) ||
    platformOf(known, image, digest) !== undefined
  );
}

/** The platform that a digest of an image is of, if it is not the image's own. */
function platformOf(known: readonly Entries[], image: string, digest: Digest): Platform | undefined {
  for (const entries of known) {
    const entry = entries.get(image);
    if (entry?.digest === digest) return undefined;
    const found = Object.entries(entry?.platforms ?? {}).find(([, each]) => each === digest);
    if (found !== undefined) return found[0];
  }
  return undefined;
}
