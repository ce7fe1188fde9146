import { UserError } from "../errors.ts";
import { entriesOf, parseLockfile } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import type { Checkout } from "../ports.ts";
import type { Configured } from "./world.ts";

/** An image and its digest. */
export interface LockedImage {
  readonly image: Image;
  readonly digest: Digest;
}

/** The lockfile's digests of images. A `UserError` that names all for which it has none. */
export async function lockedImages(
  checkout: Pick<Checkout, "read">,
  { lockfile: file }: Configured,
  images: readonly Image[],
): Promise<readonly LockedImage[]> {
  const lockfile = entriesOf(parseLockfile(await checkout.read(file), file), images).images;
  const missing = images.filter(({ name }) => !lockfile.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw noDigests(file, missing);
  return images.flatMap((image) => {
    const digest = lockfile.get(image.name)?.digest;
    return digest === undefined ? [] : [{ image, digest }];
  });
}

function noDigests(file: string, images: readonly string[]): UserError {
  const flags = images.map((name) => `--image ${name}`).join(" ");
  return new UserError(`${file} has no digest of ${images.join(", ")}`, {
    remedy: `Build what is missing: manage-images ${flags}`,
  });
}
