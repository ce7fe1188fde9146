import { digestOf, send, upload } from "./base-images.ts";
import type { LocalRegistry } from "./registry.ts";

const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

/** What an image is to say of itself. */
export interface Pushed {
  /** `os/architecture[/variant]`. */
  readonly platform: string;
  /** RFC 3339. */
  readonly created?: string;
  /** So that two images differ. */
  readonly mark?: string;
  /** How many bytes its layers have; default: there is none. */
  readonly layers?: readonly number[];
}

/** Pushes an image, under a tag if there is one. Its digest. */
export async function pushImage(
  registry: Pick<LocalRegistry, "url">,
  repository: string,
  { platform, created, mark = "", layers = [] }: Pushed,
  tag?: string,
): Promise<string> {
  const [os, architecture, variant] = platform.split("/");
  const base = `${registry.url}/v2/${repository}`;
  const config = {
    os,
    architecture,
    variant,
    created,
    config: { Labels: { mark } },
    rootfs: { type: "layers", diff_ids: [] },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: await upload(base, CONFIG, Buffer.from(JSON.stringify(config))),
    layers: await Promise.all(layers.map((size) => upload(base, LAYER, Buffer.alloc(size)))),
  };
  return put(base, MANIFEST, manifest, tag);
}

/** Pushes an index of images, one for each, and attestations that are no images. Its digest. */
export async function pushIndex(
  registry: Pick<LocalRegistry, "url">,
  repository: string,
  images: readonly Pushed[],
  tag?: string,
): Promise<string> {
  const manifests: object[] = [];
  for (const image of images) {
    const [os, architecture, variant] = image.platform.split("/");
    const digest = await pushImage(registry, repository, image);
    manifests.push({ mediaType: MANIFEST, digest, size: 1, platform: { os, architecture, variant } });
  }
  const base = `${registry.url}/v2/${repository}`;
  return put(base, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests }, tag);
}

async function put(base: string, type: string, manifest: object, tag: string | undefined): Promise<string> {
  const body = JSON.stringify(manifest);
  const digest = digestOf(Buffer.from(body));
  await send(`${base}/manifests/${tag ?? digest}`, {
    method: "PUT",
    headers: { "content-type": type },
    body,
  });
  return digest;
}
