import type { Digest } from "../../model/digest.ts";
import { formatReference } from "../../model/reference.ts";
import { requestRepository, type Place } from "./requests.ts";

/** Deletes manifests with their tags, one after the other in the order given; what is not there is no error. */
export async function deleteVersions(place: Place, digests: readonly Digest[]): Promise<void> {
  for (const digest of digests) {
    const reference = formatReference({ name: place.repository, digest });
    await requestRepository(place, `manifests/${digest}`, { method: "DELETE" }, reference);
  }
}
