/**
 * What registries say of the digests: are they there, of the right kind, and kept by a tag? Each question is asked once;
 * that there is no answer is an error and never an absence.
 */
import { NO_DIGEST } from "../model/digest.ts";
import type { Drift } from "../model/drift.ts";
import type { Place } from "../model/place.ts";
import { fingerprintTag } from "../model/fingerprint.ts";
import type { Reference } from "../model/reference.ts";
import type { Registry } from "../ports.ts";
import { ownerOfPin } from "../references/pin.ts";
import { askEach } from "./ask-each.ts";
import type { FoundPin } from "./find-pins.ts";
import { judgeRemote, questionKey, type Asked } from "./judge-remote.ts";
import { imageIn, type Survey } from "./survey.ts";

/** Where to ask. */
export interface RemoteWorld {
  readonly registry: Pick<Registry, "resolve" | "kindOf">;
  readonly signal: AbortSignal;
}

/** What is asked about. */
export interface RemoteQuestions {
  /** Where the lockfile has its entries, by image. */
  readonly entries: ReadonlyMap<string, Place>;
  /** Of images of ours and of what they are built on. */
  readonly pins: readonly FoundPin[];
}

/** Finds drift between what the repository says and what registries have. */
export async function checkRemote(
  { registry, signal }: RemoteWorld,
  survey: Survey,
  { entries, pins }: RemoteQuestions,
): Promise<readonly Drift[]> {
  const asked = [
    ...[...entries].flatMap(([image, place]) => askedOfEntry(survey, image, place)),
    ...pins.flatMap((pin) => askedOfPin(survey, pin)),
  ];
  const references = asked.flatMap(({ reference, other }) => [reference, ...(other ? [other] : [])]);
  const keepers = asked.flatMap(({ keeper }) => keeper ?? []);
  const [kinds, digests] = await Promise.all([
    askEach(byKey(references), (reference, until) => registry.kindOf(reference, until), signal),
    askEach(byKey(keepers), (reference, until) => registry.resolve(reference, until), signal),
  ]);
  return asked.flatMap((each) => judgeRemote(each, { kinds, digests }));
}

function askedOfEntry({ lockfile }: Survey, image: string, place: Place): readonly Asked[] {
  const entry = lockfile.images.get(image);
  if (entry === undefined) return [];
  const { repository: name, digest, fingerprint } = entry;
  const keeper = fingerprint === undefined ? {} : { keeper: { name, tag: fingerprintTag(fingerprint) } };
  return [{ place, image, reference: { name, digest }, ...keeper }];
}

/** What has the lockfile's digest is asked about with its entry. */
function askedOfPin(survey: Survey, { pin, ...place }: FoundPin): readonly Asked[] {
  const { tag, digest } = pin;
  const image = ownerOfPin(survey.owner, pin);
  const entry = survey.lockfile.images.get(image ?? "");
  const expected = entry?.digest;
  if (digest === expected || digest === NO_DIGEST) return [];
  const name = image === undefined ? pin.name : imageIn(survey, image).image.repository;
  const asked = { place, reference: { name, digest } };
  if (image !== undefined) {
    // A pin of one platform's image is of another kind than the index with reason.
    if (Object.values(entry?.platforms ?? {}).includes(digest)) return [{ ...asked, image }];
    const other = expected === undefined ? {} : { expected, other: { name, digest: expected } };
    return [{ ...asked, image, ...other }];
  }
  // A tag of a repository of ours is another digest's by the next run.
  return [tag === undefined || survey.isManaged(pin) ? asked : { ...asked, other: { name, tag } }];
}

function byKey(references: readonly Reference[]): ReadonlyMap<string, Reference> {
  return new Map(references.map((reference) => [questionKey(reference), reference]));
}
