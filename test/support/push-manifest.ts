import { createHash } from "node:crypto";
import type { LocalRegistry } from "./registry.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";

/** Pushes an image without layers that differs from others by a text, under tags too. Its digest. */
export async function pushImage(
  registry: LocalRegistry,
  repository: string,
  text: string,
  ...tags: readonly string[]
): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", text }));
  const uploaded = await uploadBlob(registry, repository, config);
  return putManifest(registry, repository, IMAGE, {
    config: { mediaType: CONFIG, ...uploaded },
    layers: [],
    tags,
  });
}

/** Pushes an index of one image that the repository has, under tags too. Its digest. */
export async function pushIndex(
  registry: LocalRegistry,
  repository: string,
  image: string,
  ...tags: readonly string[]
): Promise<string> {
  const size = (await (await fetch(manifestUrl(registry, repository, image), accept(IMAGE))).text()).length;
  const platform = { architecture: "amd64", os: "linux" };
  const manifests = [{ mediaType: IMAGE, digest: image, size, platform }];
  return putManifest(registry, repository, INDEX, { manifests, tags });
}

/** Puts a tag on what the repository has under a digest. */
export async function setTag(
  registry: LocalRegistry,
  repository: string,
  digest: string,
  tag: string,
): Promise<void> {
  const body = await (await fetch(manifestUrl(registry, repository, digest), accept(IMAGE))).text();
  await put(manifestUrl(registry, repository, tag), IMAGE, Buffer.from(body));
}

async function putManifest(
  registry: LocalRegistry,
  repository: string,
  mediaType: string,
  { tags, ...content }: { readonly tags: readonly string[] } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  for (const reference of [digestOf(body), ...tags])
    await put(manifestUrl(registry, repository, reference), mediaType, body);
  return digestOf(body);
}

async function uploadBlob(registry: LocalRegistry, repository: string, bytes: Buffer) {
  const digest = digestOf(bytes);
  const uploads = `${registry.url}/v2/${repository}/blobs/uploads/`;
  const started = await fetch(uploads, { method: "POST" });
  const location = new URL(started.headers.get("location") ?? "", uploads);
  location.searchParams.set("digest", digest);
  await put(location.href, "application/octet-stream", bytes);
  return { digest, size: bytes.length };
}

function manifestUrl(registry: LocalRegistry, repository: string, reference: string): string {
  return `${registry.url}/v2/${repository}/manifests/${reference}`;
}

function accept(type: string) {
  return { headers: { accept: type } };
}

async function put(url: string, type: string, body: Uint8Array): Promise<void> {
  const response = await fetch(url, { method: "PUT", headers: { "content-type": type }, body });
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
