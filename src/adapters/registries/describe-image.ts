import { createHash } from "node:crypto";
import { UserError } from "../../errors.ts";
import { formatConfig, type ImageContent } from "../../model/content.ts";
import type { Digest } from "../../model/digest.ts";
import { requestManifest, requestRepository, type Place } from "./requests.ts";

/**
 * What an image is, by its manifest and its configuration (OCI image specification). `undefined` if the registry does not
 * have it, or if it is for several platforms. Attestations do not count.
 */
export async function describeImage(place: Place, digest: Digest): Promise<ImageContent | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest?.manifests === undefined) return describeManifest(place, manifest);
  const images = manifest.manifests.filter(({ platform }) => platform?.os !== "unknown");
  const [only, ...others] = images;
  if (only === undefined || others.length > 0) return undefined;
  return describeManifest(place, await readManifest(place, only.digest));
}

/** Bytes of the layers of an image, or of all images of an index; `undefined` if the registry does not have it. */
export async function sizeOfImage(place: Place, digest: Digest): Promise<number | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest?.manifests === undefined) return manifest?.layers?.reduce((sum, { size }) => sum + size, 0);
  const images = manifest.manifests.filter(({ platform }) => platform?.os !== "unknown");
  const sizes = await Promise.all(images.map((image) => sizeOfImage(place, image.digest)));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
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
  const init = { method: "PUT", headers: { "content-type": type }, body };
  await requestRepository(place, `manifests/${tag}`, init, `${place.repository}:${tag}`);
}

interface Manifest {
  readonly config?: { readonly digest: Digest };
  readonly layers?: readonly { readonly size: number }[];
  readonly manifests?: readonly {
    readonly digest: Digest;
    readonly platform?: { readonly os?: string };
  }[];
}

async function readManifest(place: Place, digest: Digest): Promise<Manifest | undefined> {
  const response = await requestManifest(place, { digest }, "GET");
  return response.status === 404 ? undefined : readJson<Manifest>(place, digest, response);
}

async function describeManifest(
  place: Place,
  manifest: Manifest | undefined,
): Promise<ImageContent | undefined> {
  if (manifest?.config === undefined) return undefined;
  const { digest } = manifest.config;
  const response = await requestRepository(place, `blobs/${digest}`, { method: "GET" });
  if (response.status === 404) return undefined;
  const image = await readJson<ImageConfiguration>(place, digest, response);
  const { os, architecture, variant, rootfs, config } = image;
  return {
    platform: [os, architecture, variant].filter(Boolean).join("/"),
    layers: rootfs?.diff_ids ?? [],
    config: formatConfig(config),
  };
}

interface ImageConfiguration {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
  readonly config?: unknown;
}

async function readJson<Content>(place: Place, digest: Digest, response: Response): Promise<Content> {
  return JSON.parse((await readContent(place, digest, response)).toString()) as Content;
}

/** What was answered, if it is what was asked for: a proxy's page is not. */
async function readContent(place: Place, digest: Digest, response: Response): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (digest === `sha256:${createHash("sha256").update(bytes).digest("hex")}`) return bytes;
  throw wrong(place, digest);
}

function gone({ repository }: Place, digest: Digest): UserError {
  return new UserError(`The registry does not have ${repository}@${digest} any more.`, {
    remedy: "Run the same command again.",
  });
}

function wrong({ repository }: Place, digest: Digest): UserError {
  return new UserError(`What the registry answers for ${repository}@${digest} has another digest.`, {
    remedy: "Look at the registry, and at any proxy before it.",
  });
}
