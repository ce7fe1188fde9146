/**
 * Registries, by the OCI distribution API (https://github.com/opencontainers/distribution-spec/blob/main/spec.md).
 *
 * Only "not found" means that something is absent; every other refusal is an error. A digest is the registry's own word
 * for a manifest, so that all four types of manifest must be accepted: a registry converts what one does not accept, and
 * then answers another digest.
 */

import { createHash } from "node:crypto";
import type { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { formatReference, splitName, type Reference } from "../../model/reference.ts";
import type { Registry } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { openAuthorizer, type Authorizer } from "./authorize.ts";
import { isLoopback } from "./loopback.ts";
import { fetchPatiently } from "./patient-fetch.ts";
import { explainRefusal, type Attempt } from "./refusals.ts";

const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** All registries. Tokens are kept for as long as they are valid. Failures are `UserError`s. */
export function openRegistries(findCredentials: FindCredentials): Registry {
  const authorizer = openAuthorizer(findCredentials);
  return { resolve: (reference, signal) => resolveDigest(authorizer, reference, signal) };
}

async function resolveDigest(
  authorizer: Authorizer,
  reference: Reference,
  signal: AbortSignal | undefined,
): Promise<Digest | undefined> {
  const head = await requestManifest(authorizer, reference, "HEAD", signal);
  if (head.status === 404) return undefined;
  const digest = parseDigest(head.headers.get("docker-content-digest") ?? "");
  return digest ?? hashManifest(await requestManifest(authorizer, reference, "GET", signal));
}

async function hashManifest(response: Response): Promise<Digest | undefined> {
  if (response.status === 404) return undefined;
  const body = new Uint8Array(await response.arrayBuffer());
  return parseDigest(`sha256:${createHash("sha256").update(body).digest("hex")}`);
}

async function requestManifest(
  authorizer: Authorizer,
  reference: Reference,
  method: "HEAD" | "GET",
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { registry, path } = splitName(reference.name);
  const attempt: Attempt = { registry, reference: formatReference(reference) };
  const url = `${originOf(registry)}/v2/${path}/manifests/${reference.digest ?? reference.tag ?? "latest"}`;
  const response = await authorizer.fetch(
    attempt,
    `repository:${path}:pull`,
    async (authorization) => {
      const headers = { accept: MANIFEST_TYPES, ...(authorization === undefined ? {} : { authorization }) };
      return fetchPatiently(attempt, url, { method, headers }, signal);
    },
    signal,
  );
  if (response.ok || response.status === 404) return response;
  throw refused(attempt, response);
}

function refused(attempt: Attempt, response: Response): UserError {
  return explainRefusal(attempt, response.status, response.headers.get("retry-after"));
}

function originOf(registry: string): string {
  if (registry === "docker.io") return "https://registry-1.docker.io";
  return `${isLoopback(registry) ? "http" : "https"}://${registry}`;
}
