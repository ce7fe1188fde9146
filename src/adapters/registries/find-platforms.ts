import type { Digest } from "../../model/digest.ts";
import type { Platform } from "../../model/image.ts";
import { formatPlatform, imagesOf, readConfiguration, readManifest } from "./manifests.ts";
import type { Place } from "./requests.ts";

/** The digest of each platform's image, of an index or of one alone. Attestations do not count. */
export async function findPlatforms(place: Place, digest: Digest): Promise<ReadonlyMap<Platform, Digest>> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return new Map();
  const alone = async () => [{ digest, platform: await readConfiguration(place, manifest) }];
  const images = manifest.manifests === undefined ? await alone() : imagesOf(manifest.manifests);
  return new Map(images.map((image) => [formatPlatform(image.platform ?? {}), image.digest]));
}
