import { UserError } from "../../errors.ts";
import { formatConfig, type ImageContent } from "../../model/content.ts";
import type { Digest } from "../../model/digest.ts";
import {
  formatPlatform,
  imagesOf,
  readConfiguration,
  readContent,
  readManifest,
  type Manifest,
} from "./manifests.ts";
import { requestManifest, requestRepository, type Place } from "./requests.ts";

/**
 * What an image is, by its manifest and its configuration (OCI image specification). `undefined` if the registry does not
 * have it, or if it is for several platforms. Attestations do not count.
 */
export async function describeImage(place: Place, digest: Digest): Promise<ImageContent | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest?.manifests === undefined) return describeManifest(place, manifest);
  const [only, ...others] = imagesOf(manifest.manifests);
  if (only === undefined || others.length > 0) return undefined;
  return describeManifest(place, await readManifest(place, only.digest));
}

/**
 * Points a tag at what the registry has under a digest: the same manifest, put once more under another name, so that its
 * digest stays. Nothing is pulled.
 */
export async function setTag(place: Place, digest: Digest, tag: string): Promise<void> {
  const response = await requestManifest(place, { digest }, "GET");
  if (response.status === 404) throw gone(place, digest);
  const body = await readContent(place, digest, response);
  const type = response.headers.get("content-type") ?? "application/vnd.oci.image.manifest.v1+json";
  const sent = { method: "PUT", headers: { "content-type": type }, body } as const;
  await requestRepository(place, `manifests/${tag}`, sent, `${place.repository}:${tag}`);
}

async function describeManifest(
  place: Place,
  manifest: Manifest | undefined,
): Promise<ImageContent | undefined> {
  const image = manifest === undefined ? undefined : await readConfiguration(place, manifest);
  if (image === undefined) return undefined;
  const { rootfs, config } = image;
  return { platform: formatPlatform(image), layers: rootfs?.diff_ids ?? [], config: formatConfig(config) };
}

function gone({ repository }: Place, digest: Digest): UserError {
  return new UserError(`The registry does not have ${repository}@${digest} any more.`, {
    remedy: "Run the same command again.",
  });
}
