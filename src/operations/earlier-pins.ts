import type { Lockfile } from "../lockfile/lockfile.ts";
import { successorsOf } from "../lockfile/successors.ts";
import type { Disagreement, Drift } from "../model/drift.ts";
import type { Place } from "../model/place.ts";
import type { Checkout } from "../ports.ts";
import { lockfileHistory } from "./lockfile-history.ts";
import type { Configured } from "./world.ts";

/** So many versions of the lockfile are looked at: enough for what a merge brings back. */
export const MOST_VERSIONS = 200;

/**
 * The drifts, where each stale pin whose digest the lockfile had before says so. The lockfile's history is asked for only
 * if there is a stale pin, and only until all of them are explained; what a shallow clone lacks stays untold.
 */
export async function explainStalePins(
  checkout: Pick<Checkout, "versionsOf">,
  { lockfile: file }: Pick<Configured, "lockfile">,
  { images: present }: Lockfile,
  drifts: readonly Drift[],
): Promise<readonly Drift[]> {
  const wanted = new Set(drifts.flatMap((drift) => (drift.kind === "stale-pin" ? [keyOf(drift)] : [])));
  if (wanted.size === 0) return drifts;
  const explained = new Map<string, Disagreement>();
  for await (const { revision, lockfile } of lockfileHistory(checkout, file, MOST_VERSIONS)) {
    const successorOf = successorsOf(present, [lockfile.images]);
    for (const [image, { digest, platforms = {} }] of lockfile.images)
      for (const found of [digest, ...Object.values(platforms)]) {
        const expected = successorOf(image, found);
        const key = keyOf({ image, found });
        if (!wanted.delete(key)) continue;
        explained.set(
          key,
          expected === undefined
            ? { kind: "lost-platform", image, found }
            : { kind: "earlier-pin", image, found, expected, revision },
        );
      }
    if (wanted.size === 0) break;
  }
  return drifts.map((drift) => {
    const why = drift.kind === "stale-pin" ? explained.get(keyOf(drift)) : undefined;
    return why === undefined ? drift : { ...placeOf(drift), ...why };
  });
}

function placeOf({ file, line, column }: Drift): Place {
  return { file, line, column };
}

function keyOf({ image, found }: { readonly image: string; readonly found: string }): string {
  return `${image} ${found}`;
}
