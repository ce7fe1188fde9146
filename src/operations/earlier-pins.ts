import type { Drift } from "../model/drift.ts";
import type { Checkout } from "../ports.ts";
import { lockfileHistory } from "./lockfile-history.ts";
import type { Configured } from "./world.ts";

/** So many versions of the lockfile are looked at: enough for what a merge brings back. */
const MOST_VERSIONS = 200;

/**
 * The drifts, where each stale pin whose digest the lockfile had before says so. The lockfile's history is asked for only
 * if there is a stale pin, and only until all of them are explained; what a shallow clone lacks stays untold.
 */
export async function explainStalePins(
  checkout: Pick<Checkout, "versionsOf">,
  { lockfile: file }: Pick<Configured, "lockfile">,
  drifts: readonly Drift[],
): Promise<readonly Drift[]> {
  const wanted = new Set(drifts.flatMap((drift) => (drift.kind === "stale-pin" ? [keyOf(drift)] : [])));
  if (wanted.size === 0) return drifts;
  const revisions = new Map<string, string>();
  for await (const { revision, lockfile } of lockfileHistory(checkout, file, MOST_VERSIONS)) {
    for (const [image, { digest: found }] of lockfile.images) {
      const key = keyOf({ image, found });
      if (wanted.delete(key)) revisions.set(key, revision);
    }
    if (wanted.size === 0) break;
  }
  return drifts.map((drift) => {
    const revision = drift.kind === "stale-pin" ? revisions.get(keyOf(drift)) : undefined;
    return drift.kind === "stale-pin" && revision !== undefined
      ? { ...drift, kind: "earlier-pin", revision }
      : drift;
  });
}

function keyOf({ image, found }: { readonly image: string; readonly found: string }): string {
  return `${image} ${found}`;
}
