/**
 * Promoting to another place: the lockfile's digests are copied to other repositories, which get tags when all of them are
 * there. Nothing goes through the engine. What is there already is left alone, so a run that was broken off is repeated.
 */
import { UsageError, UserError } from "../errors.ts";
import type { Copy, CopyEvent, CopyProgress, PromotionTarget } from "../model/copy.ts";
import { canonicalName, formatReference } from "../model/reference.ts";
import { fillTag, wordsOf, type TagWord } from "../model/tag-template.ts";
import type { Clock, CopyImage, Registry } from "../ports.ts";
import { askEach } from "./ask-each.ts";
import type { LockedImage } from "./locked-images.ts";
import { confirmTag } from "./promote.ts";
import { findValues, MISSING, type TagSource } from "./tags.ts";

/** The repository that an image has at a target. */
export function repositoryAt({ registry, names }: PromotionTarget, image: string): string {
  return `${registry}/${names.get(image) ?? image}`;
}

/** The tags of a target, with what is checked out in the place of their words. A `UserError` where git has no such thing. */
export async function fillTags(checkout: TagSource, tags: readonly string[]): Promise<readonly string[]> {
  const words = tags.flatMap(wordsOf);
  if (words.length === 0) return tags;
  const values = await findValues(checkout, words);
  return tags.map((tag) => {
    const lacking = wordsOf(tag).find((word) => values[word as TagWord] === undefined);
    if (lacking !== undefined) throw noValue(tag, lacking);
    return fillTag(tag, (word) => values[word] ?? "");
  });
}

/** What is to be copied, and what is there already. Nothing is changed. */
export async function planCopies(
  registry: Pick<Registry, "resolve" | "sizes">,
  images: readonly LockedImage[],
  target: PromotionTarget,
  signal: AbortSignal,
): Promise<readonly Copy[]> {
  checkTargets(images, target);
  const byName = new Map(images.map((each) => [each.image.name, each]));
  const planned = await askEach(byName, (each, until) => planCopy(registry, each, target, until), signal);
  const copies = [...planned.values()];
  const gone = copies.filter(({ bytes }) => bytes === undefined);
  if (gone.length > 0) throw missing(gone);
  return copies.map((copy) => ({ ...copy, bytes: copy.bytes ?? 0 }));
}

/** Copies, has the registry confirm each, and points the tags at them when all are there. What each of them took. */
export async function copyImages(
  world: {
    readonly registry: Pick<Registry, "resolve" | "tag" | "prepare">;
    readonly copyImage: CopyImage;
    readonly clock: Clock;
    readonly report: (event: CopyEvent) => void;
  },
  copies: readonly Copy[],
  { createRepository: create }: { readonly createRepository: boolean },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CopyProgress>> {
  const { registry, copyImage, report } = world;
  const byName = new Map(copies.map((copy) => [copy.image, copy]));
  await askEach(byName, ({ target }, until) => registry.prepare(target, { create }, until), signal);
  const done = await askEach(
    byName,
    async ({ image, source, target, digest }, until) => {
      let progress: CopyProgress = { total: 0, sent: 0, mounted: 0, there: 0 };
      const tell = (now: CopyProgress) => {
        progress = now;
        report({ kind: "copying", image, progress });
      };
      await copyImage({ name: source, digest }, target, tell, until);
      await confirmTag(world, { name: target, digest }, digest, until);
      report({ kind: "copied", image, progress });
      return progress;
    },
    signal,
  );
  for (const { target, digest, tags } of copies)
    for (const { tag, from } of tags) {
      if (from === digest) continue;
      signal.throwIfAborted();
      await registry.tag(target, digest, tag, signal);
      await confirmTag(world, { name: target, tag }, digest, signal);
    }
  return done;
}

/** Without a size where the source does not have it. */
type Planned = Omit<Copy, "bytes"> & { readonly bytes: number | undefined };

async function planCopy(
  registry: Pick<Registry, "resolve" | "sizes">,
  { image: { name, repository: source }, digest }: LockedImage,
  at: PromotionTarget,
  signal: AbortSignal,
): Promise<Planned> {
  const target = repositoryAt(at, name);
  const tagged = at.tags.map(async (tag) => ({
    tag,
    from: await registry.resolve({ name: target, tag }, signal),
  }));
  const [there, here, tags] = await Promise.all([
    registry.resolve({ name: target, digest }, signal),
    registry.resolve({ name: source, digest }, signal),
    Promise.all(tagged),
  ]);
  const sizes = here === undefined ? undefined : await registry.sizes(source, digest, signal);
  const bytes = sizes === undefined ? undefined : [...sizes.values()].reduce((sum, each) => sum + each, 0);
  return { image: name, source, target, digest, isThere: there === digest, bytes, tags };
}

/** One tag cannot point at two images. */
function checkTargets(images: readonly LockedImage[], target: PromotionTarget): void {
  for (const [index, { image }] of images.entries()) {
    const repository = repositoryAt(target, image.name);
    const other = images
      .slice(0, index)
      .find((each) => canonicalName(repositoryAt(target, each.image.name)) === canonicalName(repository));
    if (other !== undefined) throw clash(other.image.name, image.name, repository);
  }
}

function clash(one: string, other: string, repository: string): UsageError {
  return new UsageError(`${one} and ${other} would both go to ${repository}`, {
    remedy: "Give one of them another name in the promotion's `names`, or name one with --image.",
  });
}

function missing(gone: readonly Planned[]): UserError {
  const names = gone.map(({ source, digest }) => formatReference({ name: source, digest }));
  return new UserError(`The registry does not have ${names.join(", ")}. Nothing was copied.`, {
    remedy: `Build again what is missing: manage-images ${gone.map(({ image }) => `--image ${image}`).join(" ")}`,
  });
}

function noValue(tag: string, word: string): UserError {
  return new UserError(`The tag ${tag} cannot be made: ${MISSING[word] ?? ""}.`, {
    remedy: "Name a tag with --tag, or run where there is one.",
  });
}
