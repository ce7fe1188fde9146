import type { Disagreement } from "../model/drift.ts";
import { canonicalName, formatReference, type Reference } from "../model/reference.ts";
import type { SuccessorOf } from "../model/successor.ts";
import type { Owner } from "../references/own-references.ts";
import { ownerOfPin, type Pin } from "../references/pin.ts";

/** What pins are held against. */
export interface PinRules {
  readonly owner: Owner;
  /** The images that have a repository, by its canonical name. */
  readonly sharers: ReadonlyMap<string, readonly string[]>;
  /** What pins are to carry, by the lockfile. */
  readonly successorOf: SuccessorOf;
  /** Below which images have their repositories. */
  readonly registry: string | undefined;
}

/** Whether a reference is any business of the configuration's. */
export function concerns({ sharers, registry }: PinRules, { name }: Reference): boolean {
  return sharers.has(canonicalName(name)) || isBelow(registry, name);
}

/** What is wrong with a pin; `undefined` if nothing is, as far as the configuration and the lockfile tell. Pure. */
export function judgePin(rules: PinRules, pin: Pin): Disagreement | undefined {
  const { owner, sharers, successorOf, registry } = rules;
  const image = ownerOfPin(owner, pin);
  const expected = successorOf(image ?? "", pin.digest);
  if (image !== undefined)
    return expected === undefined || expected === pin.digest
      ? undefined
      : { kind: "stale-pin", image, found: pin.digest, expected };
  const candidates = sharers.get(canonicalName(pin.name));
  if (candidates !== undefined) return { kind: "ambiguous-pin", found: formatReference(pin), candidates };
  return isBelow(registry, pin.name) ? { kind: "unowned-pin", found: formatReference(pin) } : undefined;
}

/** The images of each repository, by its canonical name. */
export function sharersOf(
  images: readonly { readonly name: string; readonly repository: string }[],
): ReadonlyMap<string, readonly string[]> {
  const sharers = new Map<string, readonly string[]>();
  for (const { name, repository } of images) {
    const canonical = canonicalName(repository);
    sharers.set(canonical, [...(sharers.get(canonical) ?? []), name]);
  }
  return sharers;
}

function isBelow(registry: string | undefined, name: string): boolean {
  if (registry === undefined) return false;
  const folder = canonicalName(`${registry}/x`).slice(0, -1);
  return canonicalName(name).startsWith(folder);
}
