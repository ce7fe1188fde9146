import { entriesOf, parseLockfile } from "../lockfile/lockfile.ts";
import type { Image } from "../model/image.ts";
import type { ImageTags } from "../model/promotion.ts";
import type { Checkout, Registry } from "../ports.ts";
import type { Configured } from "./world.ts";

/** Tags for programs: fingerprints, and what signs or describes a digest. */
const FOR_PROGRAMS = /^(?:fp-[0-9a-f]{20}|sha256-[0-9a-f]{64}(?:\..*)?)$/;

/** Which tags are listed, and where. */
export interface Listing {
  /** Only these. */
  readonly wanted: readonly string[] | undefined;
  readonly repositoryOf: (image: Image) => string;
}

/** What the tags of images point at. */
export async function listTags(
  {
    checkout,
    registry,
  }: { readonly checkout: Pick<Checkout, "read">; readonly registry: Pick<Registry, "tags" | "resolve"> },
  { lockfile: file }: Configured,
  images: readonly Image[],
  { wanted, repositoryOf }: Listing,
  signal: AbortSignal,
): Promise<readonly ImageTags[]> {
  const lockfile = entriesOf(parseLockfile(await checkout.read(file), file), images).images;
  const listed = images.map(async (image) => {
    const { name } = image;
    const repository = repositoryOf(image);
    const all = wanted ?? (await registry.tags(repository, signal)) ?? [];
    const tags = all.filter((tag) => wanted !== undefined || !FOR_PROGRAMS.test(tag)).toSorted();
    const resolved = tags.map(async (tag) => {
      const digest = await registry.resolve({ name: repository, tag }, signal);
      return digest === undefined ? [] : [{ tag, digest }];
    });
    return {
      image: name,
      repository,
      locked: lockfile.get(name)?.digest,
      tags: (await Promise.all(resolved)).flat(),
    };
  });
  return Promise.all(listed);
}
