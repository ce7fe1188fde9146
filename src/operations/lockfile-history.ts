import { ConfigurationError } from "../errors.ts";
import { parseLockfile, type Lockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import type { Checkout } from "../ports.ts";

/** So many versions of the lockfile say whose a digest was. Every command asks for them where images share a repository. */
const MOST_VERSIONS = 50;

/** What the lockfile said, the latest first, `most` times at most and as far back as the clone goes. */
export async function* lockfileHistory(
  checkout: Pick<Checkout, "versionsOf">,
  file: string,
  most: number,
): AsyncGenerator<{ readonly revision: string; readonly lockfile: Lockfile }, void> {
  for await (const { revision, bytes } of checkout.versionsOf(file, most))
    yield { revision, lockfile: readable(bytes, file) };
}

/** The digests that images had before, by image, but for those that one of the images has now. */
export async function earlierDigests(
  checkout: Pick<Checkout, "versionsOf">,
  file: string,
  images: readonly Pick<Image, "name" | "repository">[],
  { images: present }: Lockfile,
): Promise<ReadonlyMap<string, readonly Digest[]>> {
  if (images.length === 0) return new Map();
  const taken = new Set([...present.values()].map(({ digest }) => digest));
  const found = new Map(images.map(({ name }) => [name, new Set<Digest>()]));
  for await (const { lockfile } of lockfileHistory(checkout, file, MOST_VERSIONS)) {
    for (const { name, repository } of images) {
      const entry = lockfile.images.get(name);
      if (entry?.repository === repository && !taken.has(entry.digest)) found.get(name)?.add(entry.digest);
    }
  }
  return new Map([...found].map(([name, digests]) => [name, [...digests]]));
}

/** A version that was committed with conflict markers, say, tells nothing. */
function readable(bytes: Uint8Array, file: string): Lockfile {
  try {
    return parseLockfile(bytes, file);
  } catch (error) {
    if (error instanceof ConfigurationError) return { images: new Map() };
    throw error;
  }
}
