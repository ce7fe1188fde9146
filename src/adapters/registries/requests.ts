import { formatReference, splitName, type Reference } from "../../model/reference.ts";
import type { Authorizer } from "./authorize.ts";
import { isLoopback } from "./loopback.ts";
import { fetchPatiently } from "./patient-fetch.ts";
import { explainRefusal, type Attempt } from "./refusals.ts";

/** A repository of a registry, and who asks. */
export interface Place {
  readonly authorizer: Authorizer;
  readonly repository: string;
  readonly signal: AbortSignal | undefined;
}

const MANIFEST_TYPES = [
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
): Promise<Response> {
  const path = `manifests/${digest ?? tag ?? "latest"}`;
  const name = formatReference({
    name: place.repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
  return requestRepository(place, path, { method, headers: { accept: MANIFEST_TYPES } }, name);
}

/** The answer for a path of a repository (`reference` is for messages), which is "not found" (for a question only) or good; anything else is a `UserError`. */
export async function requestRepository(
  { authorizer, repository, signal }: Place,
  path: string,
  init: { readonly method: string; readonly headers?: Record<string, string>; readonly body?: Uint8Array },
  reference: string = repository,
): Promise<Response> {
  const { registry, path: name } = splitName(repository);
  const isQuestion = init.method === "HEAD" || init.method === "GET";
  const attempt: Attempt = { registry, reference, isWrite: !isQuestion };
  const response = await authorizer.fetch(
    attempt,
    `repository:${name}:${isQuestion ? "pull" : "pull,push"}`,
    async (authorization) => {
      const headers = { ...init.headers, ...(authorization === undefined ? {} : { authorization }) };
      return fetchPatiently(
        attempt,
        `${originOf(registry)}/v2/${name}/${path}`,
        { ...init, headers },
        signal,
      );
    },
    signal,
  );
  if (response.ok || (isQuestion && response.status === 404)) return response;
  throw explainRefusal(attempt, response.status, response.headers.get("retry-after"));
}

function originOf(registry: string): string {
  if (registry === "docker.io") return "https://registry-1.docker.io";
  return `${isLoopback(registry) ? "http" : "https"}://${registry}`;
}
