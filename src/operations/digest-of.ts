import { UserError } from "../errors.ts";
import { entriesOf, parseLockfile } from "../lockfile/lockfile.ts";
import type { Image } from "../model/image.ts";
import { formatReference } from "../model/reference.ts";
import type { Checkout } from "../ports.ts";
import type { Configured } from "./world.ts";

/** `repository@sha256:…` of an image, as the lockfile has it. Throws a `UserError` where it has none. */
export async function digestOf(
  checkout: Pick<Checkout, "read">,
  configured: Configured,
  image: Image,
): Promise<string> {
  const lockfile = parseLockfile(await checkout.read(configured.lockfile), configured.lockfile);
  const { name, repository } = image;
  const digest = entriesOf(lockfile, [image]).images.get(name)?.digest;
  if (digest !== undefined) return formatReference({ name: repository, digest });
  throw new UserError(`${configured.lockfile} has no digest of ${repository}`, {
    remedy: `Build it: manage-images --image ${name}`,
  });
}
