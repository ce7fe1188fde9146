import type { Digest } from "../../model/digest.ts";
import type { Platform } from "../../model/image.ts";
import {
  imagesOf,
  readConfiguration,
  readManifest,
  type Manifest,
  usualPlatform,
  type PlatformParts,
} from "./manifests.ts";
import type { Place } from "./requests.ts";

/** The bytes of an image's layers as the registry has them, by platform; of an index, those of each of its images. */
export async function measureImage(place: Place, digest: Digest): Promise<ReadonlyMap<Platform, number>> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return new Map();
  if (manifest.manifests === undefined) return new Map(await measureManifest(place, manifest));
  const images = imagesOf(manifest.manifests).map(async ({ digest: each, platform }) => {
    const its = await readManifest(place, each);
    return its === undefined ? [] : measureManifest(place, its, platform);
  });
  return new Map((await Promise.all(images)).flat());
}

/** A manifest does not say for which platform it is: an index does, and its configuration. */
async function measureManifest(
  place: Place,
  manifest: Manifest,
  known?: PlatformParts,
): Promise<readonly (readonly [Platform, number])[]> {
  const platform = known ?? (await readConfiguration(place, manifest));
  if (platform === undefined) return [];
  const bytes = (manifest.layers ?? []).reduce((sum, { size }) => sum + size, 0);
  return [[usualPlatform(platform), bytes]];
}
