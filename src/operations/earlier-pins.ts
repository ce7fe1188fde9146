import { ConfigurationError } from "../errors.ts";
import { parseLockfile, type Lockfile } from "../lockfile/lockfile.ts";
import { successorsOf } from "../lockfile/successors.ts";
import type { Disagreement, Drift, Place } from "../model/drift.ts";
import type { Checkout } from "../ports.ts";
import type { Configured } from "./world.ts";

/** So many versions of the lockfile are looked at: enough for what a merge brings back. */
const MOST_VERSIONS = 200;

/** A version of the lockfile. */
interface EarlierEntries {
  readonly revision: string;
  readonly entries: Lockfile["images"];
}

/** What the lockfile said before, the latest first, as far back as the clone goes. */
export async function* earlierEntries(
  checkout: Pick<Checkout, "versionsOf">,
  file: string,
): AsyncGenerator<EarlierEntries> {
  for await (const { revision, bytes } of checkout.versionsOf(file, MOST_VERSIONS))
    yield { revision, entries: readable(bytes, file) };
}

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
  for await (const { revision, entries } of earlierEntries(checkout, file)) {
    const successorOf = successorsOf(present, [entries]);
    for (const [image, { digest, platforms = {} }] of entries)
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

/** A version that was committed with conflict markers, say, tells nothing. */
function readable(bytes: Uint8Array, file: string): Lockfile["images"] {
  try {
    return parseLockfile(bytes, file).images;
  } catch (error) {
    if (error instanceof ConfigurationError) return new Map();
    throw error;
  }
}
