/**
 * Registries, by the OCI distribution API (https://github.com/opencontainers/distribution-spec/blob/main/spec.md).
 *
 * Only "not found" means that something is absent; every other refusal is an error. A digest is the registry's own word
 * for a manifest, so that all four types of manifest must be accepted: a registry converts what one does not accept, and
 * then answers another digest.
 */

import { createHash } from "node:crypto";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { formatReference, type Reference } from "../../model/reference.ts";
import type { Registry } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import type { Answer } from "../http/ways.ts";
import { openClient, type Client, type ClientSettings } from "./client.ts";
import { deleteVersions } from "./delete-versions.ts";
import { describeImage, setTag } from "./describe-image.ts";
import { inspectImage } from "./inspect-image.ts";
import { kindOf } from "./kind-of.ts";
import { listTags } from "./list-tags.ts";
import { listVersions } from "./list-versions.ts";
import { measureImage } from "./measure-image.ts";
import { requestManifest, type Place } from "./requests.ts";
import { openSingleFlight } from "./single-flight.ts";

/** All registries. Tokens are kept for as long as they are valid. Failures are `UserError`s. */
export function openRegistries(findCredentials: FindCredentials, settings: ClientSettings = {}): Registry {
  return openDistribution(openClient(findCredentials, settings));
}

/** The same with a client that others use, too. */
export function openDistribution(client: Client): Registry {
  const at = (repository: string, signal: AbortSignal | undefined): Place => ({ client, repository, signal });
  const once = openSingleFlight<Digest | undefined>();
  const resolve: Registry["resolve"] = (reference, signal) =>
    once(formatReference(reference), (until) => resolveDigest(at(reference.name, until), reference), signal);
  return {
    resolve,
    kindOf: (reference, signal) => kindOf(at(reference.name, signal), reference),
    describe: (repository, digest, signal) => describeImage(at(repository, signal), digest),
    inspect: (repository, digest, signal) => inspectImage(at(repository, signal), digest),
    sizes: (repository, digest, signal) => measureImage(at(repository, signal), digest),
    tag: (repository, digest, tag, signal) => setTag(at(repository, signal), digest, tag),
    tags: (repository, signal) => listTags(at(repository, signal)),
    versions: (repository, signal) =>
      listVersions(at(repository, signal), (tag) => resolve({ name: repository, tag }, signal)),
    delete: (repository, digests, signal) => deleteVersions(at(repository, signal), digests),
    prepare: () => Promise.resolve(),
  };
}

async function resolveDigest(place: Place, reference: Reference): Promise<Digest | undefined> {
  const head = await requestManifest(place, reference, "HEAD");
  if (head.status === 404) return undefined;
  const digest = parseDigest(head.headers.get("docker-content-digest") ?? "");
  return digest ?? hashManifest(await requestManifest(place, reference, "GET"));
}

async function hashManifest(response: Answer): Promise<Digest | undefined> {
  if (response.status === 404) return undefined;
  const body = new Uint8Array(await response.arrayBuffer());
  return parseDigest(`sha256:${createHash("sha256").update(body).digest("hex")}`);
}
