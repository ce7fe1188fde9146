import type { Digest } from "../model/digest.ts";
import type { Inspected } from "../model/inspected.ts";
import type { ImageResult } from "../model/run.ts";
import type { PlatformDigests } from "../model/successor.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

type Platforms = Pick<ImageResult, "platforms" | "previousPlatforms">;

/** What became of an image, with the platforms of what it is now, and of what it was. */
export async function withPlatforms<Result extends Pick<ImageResult, "outcome" | "digest">>(
  run: Run,
  name: string,
  result: Result,
): Promise<Result & Platforms> {
  return { ...result, ...(await comparePlatforms(run, name, result)) };
}

/**
 * The registry is asked only where one of both may be an index: an image that was built for one platform by this program, as
 * it was before, is none.
 */
async function comparePlatforms(
  { world, survey, signal }: Run,
  name: string,
  { outcome, digest }: Pick<ImageResult, "outcome" | "digest">,
): Promise<Platforms> {
  const { repository, platforms } = imageIn(survey, name).image;
  const entry = survey.lockfile.images.get(name);
  if (digest === undefined) return {};
  if (digest === entry?.digest) return entry.platforms === undefined ? {} : { platforms: entry.platforms };
  const inspect = (each: Digest) => world.registry.inspect(repository, each, signal);
  const isImported = entry !== undefined && entry.fingerprint === undefined;
  const before = entry?.platforms ?? (isImported ? platformsOfIndex(await inspect(entry.digest)) : undefined);
  const mayBeIndex = before !== undefined || platforms.length > 1 || outcome === "reused";
  const inspected = mayBeIndex ? await inspect(digest) : undefined;
  const now = before === undefined ? platformsOfIndex(inspected) : platformsOf(inspected);
  return {
    ...(now === undefined ? {} : { platforms: now }),
    ...(before === undefined ? {} : { previousPlatforms: before }),
  };
}

function platformsOfIndex(inspected: Inspected | undefined): PlatformDigests | undefined {
  return inspected?.kind === "index" ? platformsOf(inspected) : undefined;
}

/** Of a platform with several images none is meant. */
function platformsOf(inspected: Inspected | undefined): PlatformDigests | undefined {
  const all = (inspected?.platforms ?? []).toSorted((a, b) => (a.platform < b.platform ? -1 : 1));
  const single = all.filter(
    ({ platform }) => all.filter((other) => other.platform === platform).length === 1,
  );
  return inspected && Object.fromEntries(single.map(({ platform, digest }) => [platform, digest]));
}
