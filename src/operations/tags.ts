import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { Inspected } from "../model/inspected.ts";
import type { Platform } from "../model/image.ts";
import { fillTag, wordsOf, type TagValues, type TagWord } from "../model/tag-template.ts";
import type { Checkout } from "../ports.ts";
import type { Run } from "./run.ts";
import { imageIn, type Survey } from "./survey.ts";

/** Asks git for what the tags of these images need. A `UserError` where it has no such thing. */
export async function findTagValues(
  checkout: TagSource,
  survey: Survey,
  images: readonly string[],
): Promise<TagValues> {
  const needs = images.flatMap((image) =>
    imageIn(survey, image).image.tags.flatMap((tag) => wordsOf(tag).map((word) => ({ image, tag, word }))),
  );
  if (needs.every(({ word }) => word === "platform")) return {};
  const values = await findValues(
    checkout,
    needs.map(({ word }) => word),
  );
  const lacking = needs.find(({ word }) => word !== "platform" && values[word as TagWord] === undefined);
  if (lacking !== undefined) throw noValue(lacking);
  return values;
}

/** The tags of an image that stand for all its platforms, as far as the run sets any. */
export function commonTags(
  { survey, settings, tagValues }: Pick<Run, "survey" | "settings" | "tagValues">,
  image: string,
): readonly string[] {
  if (!settings.setsTags) return [];
  const { tags } = imageIn(survey, image).image;
  return tags.filter((tag) => !isOfPlatform(tag)).map((tag) => fillTag(tag, (word) => tagValues[word] ?? ""));
}

/** Points the tags that stand for one platform each at what an image has for it. */
export async function setPlatformTags(run: Run, image: string, digest: Digest): Promise<void> {
  const { world, survey, settings, tagValues, signal } = run;
  const { repository, tags, platforms } = imageIn(survey, image).image;
  const wanted = settings.setsTags ? tags.filter(isOfPlatform) : [];
  if (wanted.length === 0) return;
  const digests =
    platforms.length === 1
      ? new Map(platforms.map((platform) => [platform, digest]))
      : platformsOf(await world.registry.inspect(repository, digest, signal));
  for (const platform of platforms) {
    const its = findDigest(digests, platform);
    if (its === undefined) throw noPlatform(image, platform);
    const valueOf = (word: TagWord) => (word === "platform" ? platform : (tagValues[word] ?? ""));
    for (const tag of wanted) await world.registry.tag(repository, its, fillTag(tag, valueOf), signal);
  }
}

function platformsOf(inspected: Inspected | undefined): ReadonlyMap<Platform, Digest> {
  return new Map((inspected?.platforms ?? []).map(({ platform, digest }) => [platform, digest]));
}

/** Some builders write a variant that goes without saying, and others do not. */
function findDigest(digests: ReadonlyMap<Platform, Digest>, platform: Platform): Digest | undefined {
  const base = (each: Platform) => each.split("/").slice(0, 2).join("/");
  const similar = [...digests].filter(([each]) => base(each) === base(platform));
  return digests.get(platform) ?? (similar.length === 1 ? similar[0]?.[1] : undefined);
}

function isOfPlatform(tag: string): boolean {
  return wordsOf(tag).includes("platform");
}

/** What says what the words of tags stand for. */
export type TagSource = Pick<Checkout, "head" | "latestTag">;

/** What words of tags stand for where something is checked out. For a version git searches, so it is asked only if it is needed. */
export async function findValues(checkout: TagSource, words: readonly string[]): Promise<TagValues> {
  const { commit, branch } = await checkout.head();
  const tag = words.includes("version") ? await checkout.latestTag() : undefined;
  return {
    ...(commit === undefined ? {} : { sha: commit.slice(0, 12) }),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { version: tag.replace(/^v(?=\d)/, "") }),
  };
}

/** Why a word has no value. */
export const MISSING: Readonly<Record<string, string>> = {
  sha: "the repository has no commit yet",
  branch: "no branch is checked out",
  version: "no git tag leads to this commit (a shallow clone lacks them: git fetch --unshallow --tags)",
};

function noValue({
  image,
  tag,
  word,
}: {
  readonly image: string;
  readonly tag: string;
  readonly word: string;
}) {
  return new UserError(`The tag ${tag} of ${image} cannot be made: ${MISSING[word] ?? ""}.`, {
    remedy: `Take {${word}} out of images.${image}.tags, or run where there is one.`,
  });
}

function noPlatform(image: string, platform: Platform): UserError {
  return new UserError(`The registry has nothing of ${image} for ${platform}.`, {
    remedy: "Look at what is in the registry; `--force` builds the image anew.",
  });
}
