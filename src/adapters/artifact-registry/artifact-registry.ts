/**
 * Google Artifact Registry, by its own API: it lists what has no tag, knows when things were uploaded, moves tags without
 * their manifests, deletes in batches and makes repositories. What is inside an image it is asked by the distribution API,
 * which it speaks, too.
 */

import { UsageError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import { formatReference, splitName } from "../../model/reference.ts";
import type { Registry } from "../../ports.ts";
import type { Client } from "../registries/client.ts";
import { openDistribution } from "../registries/distribution.ts";
import { readRelations } from "../registries/list-versions.ts";
import { openSingleFlight } from "../registries/single-flight.ts";
import type { Api } from "./call.ts";
import type { Google } from "./google.ts";
import { parseArtifactName, repositoryResource, type ArtifactName } from "./names.ts";
import { prepareRepository } from "./prepare-repository.ts";
import { listTags, resolve, setTag } from "./tags.ts";
import { deleteVersions, listVersions } from "./versions.ts";

/** Artifact Registry, as `google` is known to it. `client` speaks the distribution API. */
export async function openArtifactRegistry(google: Google, client: Client): Promise<Registry> {
  const api: Api = { client: await google.client(), limit: client.limit };
  const once = openSingleFlight<Digest | undefined>();
  const prepared = new Map<string, Promise<void>>();
  const relationsOf = (repository: string, signal: AbortSignal | undefined) => (digest: Digest) =>
    readRelations({ client, repository, signal }, digest);
  return {
    ...openDistribution(client),
    resolve: (reference, signal) => {
      const name = nameOf(reference.name);
      return once(formatReference(reference), (until) => resolve(api, name, reference, until), signal);
    },
    tag: (repository, digest, tag, signal) => setTag(api, nameOf(repository), digest, tag, signal),
    tags: async (repository, signal) => {
      const tags = await listTags(api, nameOf(repository), signal);
      return tags === undefined ? undefined : [...tags.keys()];
    },
    versions: (repository, signal) =>
      listVersions(api, nameOf(repository), relationsOf(repository, signal), signal),
    delete: (repository, digests, signal) => deleteVersions(api, nameOf(repository), digests, signal),
    // One repository has many images.
    prepare: (repository, { create }, signal) => {
      const name = nameOf(repository);
      const resource = repositoryResource(name);
      const preparing = prepared.get(resource) ?? prepareRepository(api, name, create, signal);
      prepared.set(resource, preparing);
      preparing.catch(() => prepared.delete(resource));
      return preparing;
    },
  };
}

function nameOf(repository: string): ArtifactName {
  const { registry, path } = splitName(repository);
  const name = parseArtifactName(registry, path);
  if (name !== undefined) return name;
  throw new UsageError(`${repository} is no image in Artifact Registry.`, {
    remedy: "Write it like us-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE.",
  });
}
