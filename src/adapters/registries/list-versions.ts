import { parseDigest, type Digest } from "../../model/digest.ts";
import type { Version } from "../../model/version.ts";
import { readConfiguration, readManifest, type Manifest } from "./manifests.ts";
import { listTags } from "./list-tags.ts";
import type { Place } from "./requests.ts";

/** Programs that make the same image each time write no time, or the first one there is. */
const A_DAY = 86_400_000;

/** What else a manifest may have for a configuration need not be JSON. */
const IMAGE_CONFIGURATIONS = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

/**
 * What a repository has: all that is tagged, and all that this contains. What is neither cannot be seen by the distribution
 * API. `undefined` if there is no such repository.
 */
export async function listVersions(
  place: Place,
  resolve: (tag: string) => Promise<Digest | undefined>,
): Promise<readonly Version[] | undefined> {
  const tags = await listTags(place);
  if (tags === undefined) return undefined;
  const tagged = new Map<Digest, string[]>();
  const resolved = await Promise.all(tags.map(async (tag) => ({ tag, digest: await resolve(tag) })));
  for (const { tag, digest } of resolved)
    if (digest !== undefined) tagged.set(digest, [...(tagged.get(digest) ?? []), tag]);
  const versions = await readAll(place, [...tagged.keys()], new Set());
  return versions.map((version) => ({
    ...version,
    tags: (tagged.get(version.digest) ?? []).toSorted(),
    since: version.since ?? latestOf(version, versions),
  }));
}

async function readAll(
  place: Place,
  digests: readonly Digest[],
  read: Set<Digest>,
): Promise<readonly Version[]> {
  const unread = [...new Set(digests)].filter((digest) => !read.has(digest));
  for (const digest of unread) read.add(digest);
  if (unread.length === 0) return [];
  const versions = (await Promise.all(unread.map((digest) => readVersion(place, digest)))).flat();
  const contained = versions.flatMap(({ manifests }) => manifests);
  return [...versions, ...(await readAll(place, contained, read))];
}

/** The manifests that one has to do with; nothing where it is not there. */
export async function readRelations(place: Place, digest: Digest): Promise<Relations> {
  return relationsOf(await readManifest(place, digest));
}

/** What a manifest contains, and what it signs or describes. */
export type Relations = Pick<Version, "manifests" | "subject">;

function relationsOf(manifest: Manifest | undefined): Relations {
  const manifests = (manifest?.manifests ?? []).flatMap((each) => parseDigest(each.digest) ?? []);
  const subject = parseDigest(manifest?.subject?.digest ?? "");
  return { manifests, ...(subject === undefined ? {} : { subject }) };
}

/** None where an index names what the registry does not have. */
async function readVersion(place: Place, digest: Digest): Promise<readonly Version[]> {
  const manifest = await readManifest(place, digest);
  if (manifest === undefined) return [];
  const isImage = IMAGE_CONFIGURATIONS.has(manifest.config?.mediaType ?? "");
  const { created } = (isImage ? await readConfiguration(place, manifest) : undefined) ?? {};
  const parts = [manifest.config, ...(manifest.layers ?? [])];
  const bytes = parts.reduce((sum, part) => sum + (part?.size ?? 0), 0);
  return [{ digest, tags: [], ...relationsOf(manifest), bytes, since: timeOf(created) }];
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) || time < A_DAY ? undefined : time;
}

/** An index is as old as the youngest image in it. */
function latestOf({ manifests }: Version, versions: readonly Version[]): number | undefined {
  const times = versions
    .filter(({ digest }) => manifests.includes(digest))
    .flatMap(({ since }) => since ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
