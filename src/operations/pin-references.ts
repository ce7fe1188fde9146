/** `pin`: digests for references that have none. Ours are the lockfile's, those of bases the registry's. */
import type { Digest } from "../model/digest.ts";
import { canonicalName, type Reference } from "../model/reference.ts";
import type { Contents } from "../ports.ts";
import { findUnpinned, marksOf } from "../references/find-unpinned.ts";
import { ownerOfPin } from "../references/pin.ts";
import { askEach } from "./ask-each.ts";
import { collectEdits, readersOf, type Edits } from "./edits.ts";
import { ownDigest, pinText } from "./pin-text.ts";
import { rewritePlaces, type Wish, type Wishes } from "./rewrite-places.ts";
import type { Survey, SurveyedImage } from "./survey.ts";
import type { Configured, World } from "./world.ts";

/** Which files are looked at besides the Dockerfiles of the configuration. */
export interface PinScope {
  /** Whether a path is one of the others that are included. */
  readonly isIncluded: (path: string) => boolean;
}

/** Finds the references without a digest and the digests that they are to get. Changes nothing. */
export async function planPins(
  { checkout, registry }: Pick<World, "checkout" | "registry">,
  contents: Contents,
  configured: Configured,
  survey: Survey,
  { isIncluded }: PinScope,
  signal: AbortSignal,
): Promise<Edits> {
  const readers = readersOf(survey, [...survey.images.keys()]);
  const repositories = configured.images.map(({ repository }) => repository);
  const others = (await contents.filesContaining(marksOf(repositories))).filter(
    (path) =>
      isIncluded(path) &&
      !readers.has(path) &&
      path !== configured.lockfile &&
      survey.scanner.isInScope(path),
  );
  const bases = basesIn(survey, readers);
  const answers = await askEach(bases, (reference, until) => registry.resolve(reference, until), signal);
  const wishes = wishesOf(survey, answers);
  const isKept = (file: string) => (after: Uint8Array, hexStart: number, image: string) =>
    survey.scanner
      .scan(file, after)
      .some((pin) => pin.hexStart === hexStart && ownerOfPin(survey.owner, pin) === image);
  return collectEdits(checkout, contents, survey, [...readers.keys(), ...others], (path, bytes) => {
    const images = readers.get(path);
    if (images !== undefined) return rewritePlaces(images, bytes, wishes, isKept(path));
    return pinText(path, bytes, findUnpinned(bytes, repositories), survey, isKept(path));
  });
}

/** References that can have a digest and that only the registry knows, each once. */
function basesIn(survey: Survey, readers: ReadonlyMap<string, readonly SurveyedImage[]>) {
  const found = new Map<string, Reference>();
  for (const images of readers.values())
    rewritePlaces(
      images,
      images[0]?.input.bytes ?? new Uint8Array(),
      {
        concerns: isUnpinned,
        of: (reference) => {
          if (survey.owner(reference) === undefined) found.set(keyOf(reference), reference);
          return undefined;
        },
      },
      () => false,
    );
  return found;
}

function wishesOf(survey: Survey, answers: ReadonlyMap<string, Digest | undefined>): Wishes {
  return { concerns: isUnpinned, of: (reference) => wishOf(survey, answers, reference) };
}

function wishOf(
  survey: Survey,
  answers: ReadonlyMap<string, Digest | undefined>,
  reference: Reference,
): Wish {
  const image = survey.owner(reference);
  if (image !== undefined) {
    const digest = ownDigest(survey, image);
    return typeof digest === "string"
      ? { kind: "digest", to: digest, image }
      : { kind: "refusal", why: digest };
  }
  // Another version of the file may name what the working tree does not.
  if (!answers.has(keyOf(reference))) return undefined;
  const to = answers.get(keyOf(reference));
  return to === undefined ? { kind: "refusal", why: { kind: "not-found" } } : { kind: "digest", to };
}

function isUnpinned({ digest }: Reference): boolean {
  return digest === undefined;
}

/** The same for all ways to write the same. */
export function keyOf({ name, tag = "latest" }: Reference): string {
  return `${canonicalName(name)}:${tag}`;
}
