import type { protos } from "@google-cloud/artifact-registry";
import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import type { Version } from "../../model/version.ts";
import type { Relations } from "../registries/list-versions.ts";
import { callIfThere, listAll, type Api } from "./call.ts";
import { lastPart, packageResource, repositoryResource, type ArtifactName } from "./names.ts";
import { listTags } from "./tags.ts";

/** How many versions are deleted in one operation; the API does not say how many it takes. */
const BATCH = 50;

const INDEXES = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** All versions of an image, also those without a tag. `relationsOf` reads what a manifest has to do with others. */
export async function listVersions(
  api: Api,
  name: ArtifactName,
  relationsOf: (digest: Digest) => Promise<Relations>,
  signal: AbortSignal | undefined,
): Promise<readonly Version[] | undefined> {
  const parent = packageResource(name);
  const [found, tags] = await Promise.all([
    listAll(api, `list the versions of ${parent}`, signal, (client, page, options) =>
      client.listVersions({ parent, ...page, view: "FULL" }, options),
    ),
    // What is listed with a version are its first hundred tags.
    listTags(api, name, signal),
  ]);
  if (found === undefined || tags === undefined) return undefined;
  return Promise.all(
    found.flatMap((version) => {
      const digest = parseDigest(lastPart(version.name));
      return digest === undefined ? [] : [describe(digest, version, tags, relationsOf)];
    }),
  );
}

type Listed = protos.google.devtools.artifactregistry.v1.IVersion;

async function describe(
  digest: Digest,
  { metadata, createTime }: Listed,
  tags: ReadonlyMap<string, Digest>,
  relationsOf: (digest: Digest) => Promise<Relations>,
): Promise<Version> {
  const { imageSizeBytes, mediaType } = (metadata?.fields ?? {}) as Readonly<Record<string, Field>>;
  const its = [...tags].flatMap(([tag, other]) => (other === digest ? [tag] : [])).toSorted();
  // An image with a tag stands for itself. What has none may be a signature, and to miss what an index needs is to lose it.
  const isImage = mediaType?.stringValue !== undefined && !INDEXES.has(mediaType.stringValue ?? "");
  return {
    digest,
    tags: its,
    ...(isImage && its.length > 0 ? { manifests: [] } : await relationsOf(digest)),
    bytes: Number(imageSizeBytes?.stringValue ?? imageSizeBytes?.numberValue ?? 0),
    since: millisecondsOf(createTime),
  };
}

type Field = protos.google.protobuf.IValue | undefined;

function millisecondsOf(time: Listed["createTime"]): number | undefined {
  const seconds = Number(time?.seconds ?? 0);
  return seconds === 0 ? undefined : seconds * 1000;
}

/**
 * Deletes versions with their tags, in batches. What could not be deleted is tried again as long as this gets us further: a
 * version is kept by the index that contains it.
 */
export async function deleteVersions(
  api: Api,
  name: ArtifactName,
  digests: readonly Digest[],
  signal: AbortSignal | undefined,
): Promise<void> {
  await deleteTags(api, name, new Set(digests), signal);
  for (let left = digests; left.length > 0;) {
    const kept: Digest[] = [];
    for (let start = 0; start < left.length; start += BATCH)
      kept.push(...(await deleteBatch(api, name, left.slice(start, start + BATCH), signal)));
    if (kept.length === left.length) throw notDeleted(name, kept);
    left = kept;
  }
}

/** A tag keeps a version. */
async function deleteTags(
  api: Api,
  name: ArtifactName,
  digests: ReadonlySet<Digest>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tags = [...((await listTags(api, name, signal)) ?? [])].filter(([, digest]) => digests.has(digest));
  await Promise.all(
    tags.map(([tag]) => {
      const resource = `${packageResource(name)}/tags/${encodeURIComponent(tag)}`;
      return callIfThere(api, `delete ${resource}`, signal, (client, options) =>
        client.deleteTag({ name: resource }, options),
      );
    }),
  );
}

/** What was not deleted. */
async function deleteBatch(
  api: Api,
  name: ArtifactName,
  digests: readonly Digest[],
  signal: AbortSignal | undefined,
): Promise<readonly Digest[]> {
  const parent = repositoryResource(name);
  const names = digests.map((digest) => `${packageResource(name)}/versions/${digest}`);
  const failed = await callIfThere(
    api,
    `delete versions of ${name.image}`,
    signal,
    async (client, options) => {
      const [operation] = await client.batchDeleteVersions({ parent, names }, options);
      const [, metadata] = await operation.promise();
      return metadata.failedVersions ?? [];
    },
  );
  if (failed !== undefined) return failed.flatMap((version) => parseDigest(lastPart(version)) ?? []);
  // One that is gone already fails the batch: each for itself, then.
  if (digests.length === 1) return [];
  const each = await Promise.all(digests.map((digest) => deleteBatch(api, name, [digest], signal)));
  return each.flat();
}

function notDeleted({ image }: ArtifactName, digests: readonly Digest[]): UserError {
  const what = `${digests.length} version${digests.length === 1 ? "" : "s"} of ${image}`;
  return new UserError(`Artifact Registry did not delete ${what}: ${digests.join(", ")}`, {
    remedy: "Something else needs them, such as an index in another place. Run the same command again.",
  });
}
