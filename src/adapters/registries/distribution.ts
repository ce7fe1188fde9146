/**
 * Registries, by the OCI distribution API (https://github.com/opencontainers/distribution-spec/blob/main/spec.md).
 *
 * Only "not found" means that something is absent; every other refusal is an error. A digest is the registry's own word
 * for a manifest, so that all four types of manifest must be accepted: a registry converts what one does not accept, and
 * then answers another digest.
 */

import { createHash } from "node:crypto";
import { parseDigest, type Digest } from "../../model/digest.ts";
import type { Reference } from "../../model/reference.ts";
import type { Registry } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { openAuthorizer } from "./authorize.ts";
import { describeImage, setTag } from "./describe-image.ts";
import { inspectImage } from "./inspect-image.ts";
import { kindOf } from "./kind-of.ts";
import { measureImage } from "./measure-image.ts";
import { requestManifest, type Place } from "./requests.ts";

/** All registries. Tokens are kept for as long as they are valid. Failures are `UserError`s. */
export function openRegistries(findCredentials: FindCredentials): Registry {
  const authorizer = openAuthorizer(findCredentials);
  return {
    resolve: (reference, signal) =>
      resolveDigest({ authorizer, repository: reference.name, signal }, reference),
    kindOf: (reference, signal) => kindOf({ authorizer, repository: reference.name, signal }, reference),
    describe: (repository, digest, signal) => describeImage({ authorizer, repository, signal }, digest),
    inspect: (repository, digest, signal) => inspectImage({ authorizer, repository, signal }, digest),
    sizes: (repository, digest, signal) => measureImage({ authorizer, repository, signal }, digest),
    tag: (repository, digest, tag, signal) => setTag({ authorizer, repository, signal }, digest, tag),
  };
}

async function resolveDigest(place: Place, reference: Reference): Promise<Digest | undefined> {
  const head = await requestManifest(place, reference, "HEAD");
  if (head.status === 404) return undefined;
  const digest = parseDigest(head.headers.get("docker-content-digest") ?? "");
  return digest ?? hashManifest(await requestManifest(place, reference, "GET"));
}

async function hashManifest(response: Response): Promise<Digest | undefined> {
  if (response.status === 404) return undefined;
  const body = new Uint8Array(await response.arrayBuffer());
  return parseDigest(`sha256:${createHash("sha256").update(body).digest("hex")}`);
}
