/** Whether the lockfile agrees with the images. Pure: the same `decide` as a run's, with the lockfile's digests. */
import type { LockEntry, Lockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { Disagreement } from "../model/drift.ts";
import type { Image } from "../model/image.ts";
import type { Inputs } from "../model/inputs.ts";
import { decide } from "../plan/decide.ts";

/** An image and what it is made of now. */
export interface JudgedImage {
  readonly image: Pick<Image, "name" | "repository">;
  readonly inputs: Inputs;
  readonly dependencies: readonly string[];
}

/** What is known of an image: `unproven` if the lockfile does not say what its digest was built from. */
export type ImageVerdict = Disagreement | "unproven" | undefined;

/**
 * What is wrong with an image's entry in the lockfile, whose other entries may be of images that are declared no more.
 * An image is held against the lockfile's digests of those it is built on, stale or not: one stale image is one drift,
 * however many depend on it.
 */
export function judgeImage(lockfile: Lockfile, { image, inputs, dependencies }: JudgedImage): ImageVerdict {
  const { name, repository } = image;
  const entry = lockfile.images.get(name);
  if (entry?.repository !== repository) return unlocked(image, entry);
  if (entry.fingerprint === undefined) return "unproven";
  const digests = digestsOf(lockfile, dependencies);
  if (digests === undefined) return undefined;
  const knowns = { unsettled: [], isForced: false, isMissing: false };
  const { action, fingerprint, reasons } = decide({
    image: name,
    entry,
    inputs,
    dependencies: digests,
    ...knowns,
  });
  if (action === "up-to-date") return undefined;
  const expected = fingerprint === undefined ? {} : { expected: fingerprint };
  return { kind: "stale-image", image: name, found: entry.fingerprint, ...expected, reasons };
}

/** The lockfile's entries of images that there are not. */
export function orphanedEntries(
  { images: entries }: Lockfile,
  images: readonly Pick<Image, "name">[],
): readonly (Disagreement & { readonly kind: "orphaned-entry" })[] {
  const names = new Set(images.map(({ name }) => name));
  return [...entries]
    .filter(([name]) => !names.has(name))
    .map(([image, { digest }]) => ({ kind: "orphaned-entry", image, found: digest }));
}

function unlocked({ name, repository }: JudgedImage["image"], entry: LockEntry | undefined): Disagreement {
  const found = entry === undefined ? {} : { found: entry.repository };
  return { kind: "unlocked-image", image: name, ...found, expected: repository };
}

/** `undefined` where one is not known: the run that builds that one decides about this one, too. */
function digestsOf(
  { images }: Lockfile,
  dependencies: readonly string[],
): ReadonlyMap<string, Digest> | undefined {
  const digests = new Map<string, Digest>();
  for (const name of dependencies) {
    const digest = images.get(name)?.digest;
    if (digest === undefined) return undefined;
    digests.set(name, digest);
  }
  return digests;
}
