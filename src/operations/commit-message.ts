import type { LockEntry, Lockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { PinnedReference } from "../model/pinning.ts";
import type { ReferenceChange } from "../model/run.ts";

const LONGEST_SUBJECT = 72;

/** The message of a run's commit: which images, for each its old and new digest, and the commit they were taken from. */
export function commitMessage(
  lockfile: Lockfile,
  changes: readonly ReferenceChange[],
  locks: ReadonlyMap<string, LockEntry>,
  revision?: string,
): string {
  const images = new Map<string, { readonly from: Digest | undefined; readonly to: Digest }>();
  for (const { image, from, to } of changes) images.set(image, { from, to });
  for (const [image, { digest: to }] of locks)
    images.set(image, { from: lockfile.images.get(image)?.digest, to });
  const source = revision === undefined ? "" : `\nThey are those of ${revision}.\n`;
  const changed = [...images].filter(([, { from, to }]) => from !== to);
  if (changed.length === 0) return `${subject([...locks.keys()], "fingerprint")}\n${source}`;
  const lines = changed.map(([image, { from, to }]) => `${image}: ${from ?? "(none)"} -> ${to}`);
  return `${subject(
    changed.map(([image]) => image),
    "digest",
  )}\n\n${lines.join("\n")}\n${source}`;
}

/** The message of a commit of `pin` or `update`: which references, and for each its old and new digest. */
export function pinningMessage(verb: "Pin" | "Update", changes: readonly PinnedReference[]): string {
  const names = [...new Set(changes.map(({ reference }) => reference))];
  const lines = changes.map(({ reference, from, to }) => `${reference}: ${from ?? "(none)"} -> ${to}`);
  const named = `${verb} digests: ${names.join(", ")}`;
  const subject =
    named.length <= LONGEST_SUBJECT ? named : `${verb} the digests of ${names.length} references`;
  return `${subject}\n\n${[...new Set(lines)].join("\n")}\n`;
}

function subject(images: readonly string[], what: string): string {
  const named = `Update image ${what}s: ${images.join(", ")}`;
  return named.length <= LONGEST_SUBJECT ? named : `Update the ${what}s of ${images.length} images`;
}
