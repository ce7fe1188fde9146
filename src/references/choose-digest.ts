import type { Digest } from "../model/digest.ts";
import type { Inspected } from "../model/inspected.ts";
import type { Refusal } from "../model/pinning.ts";

/** A pin, and what its tag points at now. */
export interface PinnedBase {
  readonly from: Digest;
  /** What the pinned digest is; `undefined` if the registry no longer has it. */
  readonly old: Inspected | undefined;
  /** What the tag points at. */
  readonly to: Digest;
  /** What that is; `undefined` if it has vanished meanwhile. */
  readonly current: Inspected | undefined;
}

/**
 * The digest that takes the place of a pinned one, which may be that again. A pin keeps its kind: an index is followed by
 * an index, and the image of a platform by the image of that platform.
 */
export function chooseDigest({ from, old, to, current }: PinnedBase): Digest | Refusal {
  if (from === to) return to;
  if (current === undefined) return { kind: "not-found" };
  if (old === undefined) return { kind: "old-digest-gone", from };
  if (old.kind === "index") return current.kind === "index" ? to : { kind: "other-kind", pinned: "an index" };
  const pinned = old.platforms[0]?.platform ?? "";
  const [only, ...others] = current.platforms.filter(({ platform }) => platform === pinned);
  return only === undefined || others.length > 0 ? { kind: "other-kind", pinned } : only.digest;
}

/** Why an image is too young, if it is. `now` and `created` are in milliseconds since 1970. */
export function findYouth(
  to: Digest,
  created: number | undefined,
  { now, minimumAge }: { readonly now: number; readonly minimumAge: number },
): Refusal | undefined {
  if (minimumAge === 0) return undefined;
  if (created === undefined) return { kind: "age-unknown", to };
  return now - created < minimumAge ? { kind: "too-young", to, created } : undefined;
}
