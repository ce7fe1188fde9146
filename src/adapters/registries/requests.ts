import { formatReference, splitName, type Reference } from "../../model/reference.ts";
import type { Answer } from "../http/ways.ts";
import type { Client } from "./client.ts";
import { explainRefusal, type Attempt } from "./refusals.ts";

/** A repository of a registry, and who asks. */
export interface Place {
  readonly client: Client;
  readonly repository: string;
  readonly signal: AbortSignal | undefined;
}

/** All of them: a registry converts what one does not accept. */
export const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The answer for a manifest, which is "not found" or good; anything else is a `UserError`. */
export async function requestManifest(
  place: Place,
  { digest, tag }: Omit<Reference, "name">,
  method: "HEAD" | "GET",
): Promise<Answer> {
  const path = `manifests/${digest ?? tag ?? "latest"}`;
  const name = formatReference({
    name: place.repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
  return requestRepository(place, path, { method, headers: { accept: MANIFEST_TYPES } }, name);
}

/** What is sent. */
export interface Sent {
  readonly method: "HEAD" | "GET" | "PUT" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What a token must allow, where that is not what the method says. */
  readonly scope?: string;
}

/** What a token must allow for each method. */
const ACTIONS: Readonly<Record<Sent["method"], string>> = {
  HEAD: "pull",
  GET: "pull",
  PUT: "pull,push",
  POST: "pull,push",
  DELETE: "delete",
};

/**
 * The answer for a path of a repository, which is "not found" (but for what writes) or good; anything else is a `UserError`.
 * `reference` is for messages.
 */
export async function requestRepository(
  { client, repository, signal }: Place,
  path: string,
  { scope: wanted, ...sent }: Sent,
  reference: string = repository,
): Promise<Answer> {
  const { registry, path: name } = splitName(repository);
  const attempt: Attempt = { registry, reference };
  const url = `${await client.transport.originOf(registry)}/v2/${name}/${path}`;
  const scope = wanted ?? `repository:${name}:${ACTIONS[sent.method]}`;
  const send = async (authorization: string | undefined) => {
    const headers = { ...sent.headers, ...(authorization === undefined ? {} : { authorization }) };
    return client.fetch(attempt, url, { ...sent, headers }, signal);
  };
  const response = await client.limit(() => client.authorizer.fetch(attempt, scope, send, signal));
  const mayBeMissing = sent.method !== "PUT" && sent.method !== "POST";
  if (response.ok || (mayBeMissing && response.status === 404)) return response;
  throw explainRefusal(attempt, response.status, response.headers.get("retry-after"), sent.method);
}
