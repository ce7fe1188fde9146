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
  type ManifestOfIndex,
} from "./manifests.ts";
import { requestManifest, requestRepository, type Place } from "./requests.ts";

/** See https://github.com/in-toto/attestation; how BuildKit stores it: docs/attestations/attestation-storage.md. */
const PREDICATE_TYPE = "in-toto.io/predicate-type";
const REFERS_TO = "vnd.docker.reference.digest";

/**
 * What an image is on each of its platforms, by manifests and configurations (OCI image specification). `undefined` if the
 * registry does not have it, or a part of it.
 */
export async function describeImage(
  place: Place,
  digest: Digest,
): Promise<readonly ImageContent[] | undefined> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return undefined;
  const { manifests } = manifest;
  const described =
    manifests === undefined
      ? [await describeManifest(place, manifest, [])]
      : await Promise.all(imagesOf(manifests).map((each) => describePart(place, each.digest, manifests)));
  const known = described.filter((each) => each !== undefined);
  return known.length === described.length && known.length > 0 ? known : undefined;
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

async function describePart(
  place: Place,
  digest: Digest,
  manifests: readonly ManifestOfIndex[],
): Promise<ImageContent | undefined> {
  const statements = manifests.filter(({ annotations }) => annotations?.[REFERS_TO] === digest);
  const [manifest, ...attestations] = await Promise.all(
    [digest, ...statements.map((each) => each.digest)].map((each) => readManifest(place, each)),
  );
  const layers = attestations.flatMap((each) => each?.layers ?? []);
  const kinds = layers.flatMap(({ annotations }) => annotations?.[PREDICATE_TYPE] ?? []);
  return describeManifest(place, manifest, [...new Set(kinds)].toSorted());
}

async function describeManifest(
  place: Place,
  manifest: Manifest | undefined,
  attested: readonly string[],
): Promise<ImageContent | undefined> {
  const image = manifest === undefined ? undefined : await readConfiguration(place, manifest);
  if (image === undefined) return undefined;
  const { rootfs, config } = image;
  const layers = rootfs?.diff_ids ?? [];
  return { platform: formatPlatform(image), layers, config: formatConfig(config), attested };
}

function gone({ repository }: Place, digest: Digest): UserError {
  return new UserError(`The registry does not have ${repository}@${digest} any more.`, {
    remedy: "Run the same command again.",
  });
}
