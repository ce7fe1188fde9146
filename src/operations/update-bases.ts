/** `update`: pinned bases are moved to what their tags point at now. */
import { canonicalName, formatReference, type Reference } from "../model/reference.ts";
import type { Contents } from "../ports.ts";
import { MARKS } from "../references/marks.ts";
import { askEach } from "./ask-each.ts";
import { collectEdits, readersOf, type Edits } from "./edits.ts";
import { newestOf, type AgeRule, type TaggedPin } from "./newest-of.ts";
import { rewritePlaces, type Wish, type Wishes } from "./rewrite-places.ts";
import type { Survey } from "./survey.ts";
import { updateText } from "./update-text.ts";
import type { Configured, World } from "./world.ts";

/** Which pins are moved. */
export interface UpdateScope {
  /** Images whose Dockerfiles are looked at. */
  readonly images: readonly string[];
  /** Whether a path is one of the other files that are included. */
  readonly isIncluded: (path: string) => boolean;
  /** Whether a base is one of those that are asked for. */
  readonly isWanted: (reference: Reference) => boolean;
  readonly age: AgeRule;
}

/** Finds the pinned bases and what their tags point at. Changes nothing. */
export async function planUpdates(
  { checkout, registry }: Pick<World, "checkout" | "registry">,
  contents: Contents,
  configured: Configured,
  survey: Survey,
  scope: UpdateScope,
  signal: AbortSignal,
): Promise<Edits> {
  const readers = readersOf(survey, scope.images);
  const dockerfiles = new Set(configured.images.map(({ dockerfile }) => dockerfile));
  const others = (await contents.filesContaining(MARKS)).filter(
    (path) =>
      scope.isIncluded(path) &&
      !dockerfiles.has(path) &&
      path !== configured.lockfile &&
      survey.scanner.isInScope(path),
  );
  const concerns = (reference: Reference) =>
    reference.digest !== undefined && !survey.isManaged(reference) && scope.isWanted(reference);
  const rewriteWith = (wishes: Wishes) => (path: string, bytes: Uint8Array) => {
    const images = readers.get(path);
    // No image of ours is written to.
    if (images !== undefined) return rewritePlaces(images, bytes, wishes, () => false);
    return updateText(path, bytes, survey.scanner, wishes);
  };
  const paths = [...readers.keys(), ...others];
  const pins = new Map<string, TaggedPin>();
  const collect = rewriteWith({
    concerns,
    of: (reference) => {
      keep(pins, reference);
      return undefined;
    },
  });
  await collectEdits(checkout, contents, survey, paths, collect);
  const answers = await askAbout(pins, registry, scope.age, signal);
  const wishes: Wishes = {
    concerns,
    of: (reference) =>
      reference.tag === undefined
        ? { kind: "refusal", why: { kind: "no-tag" } }
        : answers.get(formatReference(canonical(reference))),
  };
  return collectEdits(checkout, contents, survey, paths, rewriteWith(wishes));
}

function keep(pins: Map<string, TaggedPin>, reference: Reference): void {
  const { name, tag, digest } = reference;
  if (tag === undefined || digest === undefined) return;
  pins.set(formatReference(canonical(reference)), { name, tag, digest });
}

function canonical(reference: Reference): Reference {
  return { ...reference, name: canonicalName(reference.name) };
}

/** Each tag is asked for once, whatever the digests that it is pinned with. */
async function askAbout(
  pins: ReadonlyMap<string, TaggedPin>,
  registry: World["registry"],
  age: AgeRule,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Wish>> {
  const tags = new Map([...pins.values()].map((pin) => [tagOf(pin), pin]));
  const current = await askEach(
    tags,
    ({ name, tag }, until) => registry.resolve({ name, tag }, until),
    signal,
  );
  return askEach(pins, (pin, until) => newestOf(registry, pin, current.get(tagOf(pin)), age, until), signal);
}

function tagOf({ name, tag }: TaggedPin): string {
  return `${canonicalName(name)}:${tag}`;
}
