import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/image.ts";
import type { Inspected } from "../model/inspected.ts";
import type { Registry } from "../ports.ts";
import { chooseDigest, findYouth } from "../references/choose-digest.ts";
import type { Wish } from "./rewrite-places.ts";

/** A pin with a tag: what the registry is asked about. */
export interface TaggedPin {
  readonly name: string;
  readonly tag: string;
  readonly digest: Digest;
}

/** How old an image must be, and whose creation counts where an index has several. */
export interface AgeRule {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds; 0: any age will do. */
  readonly minimumAge: number;
  readonly platforms: readonly Platform[];
}

/** What a pin is to get, now that its tag points at `to`; nothing if it has that already. */
export async function newestOf(
  registry: Pick<Registry, "inspect">,
  { name, digest: from }: TaggedPin,
  to: Digest | undefined,
  age: AgeRule,
  signal: AbortSignal,
): Promise<Wish> {
  if (to === undefined) return { kind: "refusal", why: { kind: "not-found" } };
  if (to === from) return undefined;
  const inspect = (digest: Digest) => registry.inspect(name, digest, signal);
  const [old, current] = await Promise.all([inspect(from), inspect(to)]);
  const chosen = chooseDigest({ from, old, to, current });
  if (typeof chosen !== "string") return { kind: "refusal", why: chosen };
  if (chosen === from) return undefined;
  const created = age.minimumAge === 0 ? undefined : await createdOf(inspect, chosen, current, age);
  const why = findYouth(chosen, created, age);
  return why === undefined ? { kind: "digest", to: chosen } : { kind: "refusal", why };
}

/** Of an index, the latest creation of what is used of it; `undefined` if one of them does not say. */
async function createdOf(
  inspect: (digest: Digest) => Promise<Inspected | undefined>,
  chosen: Digest,
  current: Inspected | undefined,
  { platforms }: AgeRule,
): Promise<number | undefined> {
  const times: (number | undefined)[] = [];
  for (const digest of partsOf(chosen, current, platforms)) times.push((await inspect(digest))?.created);
  const known = times.filter((time) => time !== undefined);
  return known.length === times.length && known.length > 0 ? Math.max(...known) : undefined;
}

function partsOf(
  chosen: Digest,
  current: Inspected | undefined,
  platforms: readonly Platform[],
): readonly Digest[] {
  const isWhole = current?.kind === "index" && !current.platforms.some(({ digest }) => digest === chosen);
  if (!isWhole) return [chosen];
  const used = current.platforms.filter(({ platform }) => platforms.includes(platform));
  return (used.length > 0 ? used : current.platforms.slice(0, 1)).map(({ digest }) => digest);
}
