import { findPlaces, type Place } from "../dockerfile/find-places.ts";
import { readDockerfile, type DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { spliceReferences, type Replacement } from "../dockerfile/splice-references.ts";
import type { Digest } from "../model/digest.ts";
import type { PinnedReference, Refusal, Refused } from "../model/pinning.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import { ignoredLines } from "../references/ignored-lines.ts";
import { mergePlaces } from "./merge-places.ts";
import type { SurveyedImage } from "./survey.ts";

/** The digest that a reference is to get, why it gets none, or `undefined` if there is nothing to say about it. */
export type Wish =
  | { readonly kind: "digest"; readonly to: Digest; readonly image?: string }
  | { readonly kind: "refusal"; readonly why: Refusal }
  | undefined;

/** Decides about references. Pure. */
export interface Wishes {
  /** Whether anything is to be said of it, be it why it cannot have a digest. */
  concerns(reference: Reference): boolean;
  /** What one that can have a digest is to get. */
  of(reference: Reference): Wish;
}

/** A file's bytes with digests in them, what was written, and what was not. */
export interface RewrittenFile {
  /** The very array that was given if nothing changed. */
  readonly bytes: Uint8Array;
  readonly references: readonly PinnedReference[];
  readonly refused: readonly Refused[];
}

interface Edit {
  readonly place: Place;
  readonly offset: number;
  readonly line: number;
  readonly to: Digest;
  readonly image?: string;
}

/**
 * A Dockerfile with the digests that are wanted, as all the images that are built from it read it. Only digests are
 * written, and the result is read again: each reference must be what it was, with the digest that it was to get.
 * `isKept` says whether a run would find an image's digest at that offset.
 */
export function rewritePlaces(
  readers: readonly SurveyedImage[],
  bytes: Uint8Array,
  wishes: Wishes,
  isKept: (after: Uint8Array, hexStart: number, image: string) => boolean,
): RewrittenFile {
  const readings = readers.flatMap(({ image, inputs: own }) =>
    own.map((input) => ({ image, input: { ...input, bytes } })),
  );
  const inputs = readings.map(({ input }) => input);
  const file = inputs[0]?.file ?? "";
  const edits: Edit[] = [];
  const refused: Refused[] = [];
  const places = mergePlaces(readings.map(placesOf));
  for (const place of places.filter((each) => !isIgnored(each, bytes))) {
    const found = decide(place, bytes, wishes, isKept);
    if (found === undefined) continue;
    if ("place" in found) edits.push(found);
    else refused.push(refusal(file, place, found));
  }
  const confirmed = confirm(inputs, edits);
  const doubtful = edits.filter((edit) => !confirmed.includes(edit));
  refused.push(...doubtful.map(({ place }) => refusal(file, place, { kind: "unconfirmed" })));
  return {
    bytes: confirmed.length === 0 ? bytes : splice(bytes, confirmed),
    references: oncePerPlace(confirmed).map((edit) => changeOf(file, edit)),
    refused,
  };
}

/** An argument that is an image of the configuration is given its digest in each build. */
function placesOf({ image, input }: Pick<SurveyedImage, "image" | "input">): readonly Place[] {
  return findPlaces(input).filter(({ end }) => {
    if (end.kind === "open" || end.hindrance.kind !== "set-by-configuration") return true;
    return typeof image.args[end.hindrance.argument] === "string";
  });
}

function decide(
  place: Place,
  bytes: Uint8Array,
  wishes: Wishes,
  isKept: (after: Uint8Array, hexStart: number, image: string) => boolean,
): Edit | Refusal | undefined {
  if (!wishes.concerns(place.reference)) return undefined;
  if (place.end.kind === "closed") return place.end.hindrance;
  const wish = wishes.of(place.reference);
  if (wish === undefined) return undefined;
  if (wish.kind === "refusal") return wish.why;
  const edit = { place, offset: place.end.offset, line: place.end.line, to: wish.to };
  if (!isDigestThere(edit, bytes)) return { kind: "unclear" };
  if (wish.image === undefined) return edit;
  const isFound = isKept(splice(bytes, [edit]), edit.offset + "@sha256:".length, wish.image);
  return isFound ? { ...edit, image: wish.image } : { kind: "not-kept", image: wish.image };
}

/** The digest that is to be replaced stands just before where it ends. */
function isDigestThere({ place, offset }: Edit, bytes: Uint8Array): boolean {
  const { digest = "" } = place.reference;
  return Buffer.from(bytes.subarray(offset - digest.length, offset)).toString("latin1") === digest;
}

function isIgnored({ written, end }: Place, bytes: Uint8Array): boolean {
  const offsets = [written.start, ...(end.kind === "open" ? [end.offset - 1] : [])];
  return offsets.some((offset) => ignoredLines(bytes)(offset));
}

/** All edits if they come to what they should together, and otherwise those that do one after the other. */
function confirm(inputs: readonly DockerfileInput[], edits: readonly Edit[]): readonly Edit[] {
  if (edits.length === 0 || isConfirmed(inputs, edits)) return edits;
  return edits.reduce<readonly Edit[]>(
    (kept, edit) => (isConfirmed(inputs, [...kept, edit]) ? [...kept, edit] : kept),
    [],
  );
}

function isConfirmed(inputs: readonly DockerfileInput[], edits: readonly Edit[]): boolean {
  const digests = new Map(edits.map(({ place, to }) => [place.written.start, to]));
  return inputs.every((input) => {
    const before = usesIn(input);
    const after = usesIn({ ...input, bytes: splice(input.bytes, edits) });
    const expected = before.uses.map(({ reference, written }) => {
      const digest = digests.get(written?.start ?? -1);
      return formatReference(digest === undefined ? reference : { ...reference, digest });
    });
    const actual = after.uses.map(({ reference }) => formatReference(reference));
    return before.problems === after.problems && expected.join("\n") === actual.join("\n");
  });
}

function usesIn(input: DockerfileInput) {
  const { uses, triggerUses, problems } = readDockerfile(input);
  return { uses: [...uses, ...triggerUses], problems: problems.length };
}

function splice(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return spliceReferences(bytes, oncePerPlace(edits).map(replacementOf));
}

function replacementOf({ place, offset, to }: Edit): Replacement {
  const { digest } = place.reference;
  if (digest === undefined) return { start: offset, end: offset, text: `@${to}` };
  return { start: offset - digest.length, end: offset, text: to };
}

function oncePerPlace(edits: readonly Edit[]): readonly Edit[] {
  return [...new Map(edits.map((edit) => [edit.offset, edit])).values()];
}

function changeOf(file: string, { place, line, to, image }: Edit): PinnedReference {
  const { digest, ...named } = place.reference;
  return {
    file,
    line,
    reference: formatReference(named),
    ...(image === undefined ? {} : { image }),
    ...(digest === undefined ? {} : { from: digest }),
    to,
  };
}

function refusal(file: string, { line, reference }: Place, why: Refusal): Refused {
  return { file, line, reference: formatReference(reference), why };
}
