/** What registries' answers mean. Pure. */
import type { Digest } from "../model/digest.ts";
import type { Drift, ManifestKind } from "../model/drift.ts";
import type { Place } from "../model/place.ts";
import { canonicalName, formatReference, type Reference } from "../model/reference.ts";

/** A digest that a registry is to have, and what it is held against. */
export interface Asked {
  readonly place: Place;
  /** Whose digest it is, if that is an image of the configuration. */
  readonly image?: string;
  /** By its digest. */
  readonly reference: Reference;
  /** The lockfile's digest of the image, if that is another. */
  readonly expected?: Digest;
  /** What has to be of the same kind. */
  readonly other?: Reference;
  /** The tag that keeps the digest from being deleted. */
  readonly keeper?: Reference;
}

/** What registries answer, by `questionKey`; `undefined` where they do not have it. */
export interface Answers {
  readonly kinds: ReadonlyMap<string, ManifestKind | undefined>;
  readonly digests: ReadonlyMap<string, Digest | undefined>;
}

/** The same for all ways to write the same. */
export function questionKey(reference: Reference): string {
  return formatReference({ ...reference, name: canonicalName(reference.name) });
}

/** What is wrong with a digest. The kind and the tag of what is not there are nobody's business. */
export function judgeRemote(asked: Asked, answers: Answers): readonly Drift[] {
  const { place, image, reference, expected } = asked;
  const kind = answers.kinds.get(questionKey(reference));
  if (kind !== undefined) return [...changedKind(asked, kind, answers), ...unkept(asked, answers)];
  const known = {
    ...(image === undefined ? {} : { image }),
    ...(expected === undefined ? {} : { expected }),
  };
  return [{ ...place, kind: "missing-digest", found: formatReference(reference), ...known }];
}

function changedKind(
  { place, image, reference, other }: Asked,
  found: ManifestKind,
  { kinds }: Answers,
): readonly Drift[] {
  const expected = other === undefined ? undefined : kinds.get(questionKey(other));
  if (other === undefined || expected === undefined || expected === found) return [];
  const references = { reference: formatReference(reference), other: formatReference(other) };
  const known = image === undefined ? {} : { image };
  return [{ ...place, kind: "changed-kind", ...known, ...references, found, expected }];
}

function unkept({ place, image, reference, keeper }: Asked, { digests }: Answers): readonly Drift[] {
  const { digest } = reference;
  if (image === undefined || digest === undefined || keeper === undefined) return [];
  const found = digests.get(questionKey(keeper));
  if (found === digest) return [];
  const known = { reference: formatReference(keeper), ...(found === undefined ? {} : { found }) };
  return [{ ...place, kind: "unkept-digest", image, ...known, expected: digest }];
}
