import type { Lockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { ReferenceChange } from "../model/run.ts";

const LONGEST_SUBJECT = 72;

/** The message of a run's commit: which images, and for each its old and new digest. */
export function commitMessage(
  lockfile: Lockfile,
  changes: readonly ReferenceChange[],
  locks: ReadonlyMap<string, Digest>,
): string {
  const images = new Map<string, { readonly from: Digest | undefined; readonly to: Digest }>();
  for (const { image, from, to } of changes) images.set(image, { from, to });
  for (const [image, to] of locks) images.set(image, { from: lockfile.images.get(image)?.digest, to });
  const changed = [...images].filter(([, { from, to }]) => from !== to);
  const lines = changed.map(([image, { from, to }]) => `${image}: ${from ?? "(none)"} -> ${to}`);
  return `${subject(changed.map(([image]) => image))}\n\n${lines.join("\n")}\n`;
}

function subject(images: readonly string[]): string {
  const named = `Update image digests: ${images.join(", ")}`;
  return named.length <= LONGEST_SUBJECT ? named : `Update the digests of ${images.length} images`;
}
