import type { ManifestKind } from "../../model/drift.ts";
import type { Reference } from "../../model/reference.ts";
import type { Answer } from "../http/ways.ts";
import { requestManifest, type Place } from "./requests.ts";

const KINDS: ReadonlyMap<string, ManifestKind> = new Map([
  ["application/vnd.oci.image.index.v1+json", "index"],
  ["application/vnd.docker.distribution.manifest.list.v2+json", "index"],
  ["application/vnd.oci.image.manifest.v1+json", "image"],
  ["application/vnd.docker.distribution.manifest.v2+json", "image"],
]);

/** What kind of manifest a registry has; by its type or, where a registry says none that is known, by what is in it. */
export async function kindOf(place: Place, reference: Reference): Promise<ManifestKind | undefined> {
  const head = await requestManifest(place, reference, "HEAD");
  if (head.status === 404) return undefined;
  const type = (head.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  return KINDS.get(type ?? "") ?? readKind(await requestManifest(place, reference, "GET"));
}

async function readKind(response: Answer): Promise<ManifestKind | undefined> {
  if (response.status === 404) return undefined;
  const { manifests } = (await response.json()) as { readonly manifests?: unknown };
  return Array.isArray(manifests) ? "index" : "image";
}
