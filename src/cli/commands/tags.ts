import { openCheckout } from "../../adapters/git/open-checkout.ts";
import type { PromotionTarget } from "../../model/copy.ts";
import type { Image } from "../../model/image.ts";
import { repositoryAt } from "../../operations/copy-images.ts";
import { listTags } from "../../operations/list-tags.ts";
import { formatTags, formatTagsJson } from "../../reporters/promotions.ts";
import { findImages } from "../find-images.ts";
import { findTarget } from "../find-target.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images tags`. */
export interface TagsFlags extends ProjectFlags, RegistryFlags {
  readonly image?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly to?: string | undefined;
  readonly format: "text" | "json";
}

/** `manage-images tags`: what the tags of the images point at in the registry. Returns the exit code. */
export async function tagsCommand(terminal: Terminal, flags: TagsFlags): Promise<number> {
  const checkout = await openCheckout(terminal.directory);
  const configured = await readConfigured(terminal, flags, checkout);
  const found = findImages(configured.images, flags.image ?? ["all"]);
  const images = flags.to === undefined ? found : imagesAt(findTarget(configured, flags.to), found);
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const listed = await listTags({ checkout, registry }, configured, images, flags.tag, terminal.interrupt);
  terminal.stdout.write(
    flags.format === "json" ? formatTagsJson(listed) : formatTags(listed, coloursOf(terminal)),
  );
  return 0;
}

/** The images as they are at another place. */
function imagesAt(target: PromotionTarget, images: readonly Image[]): readonly Image[] {
  return images.map((image) => ({ ...image, repository: repositoryAt(target, image.name) }));
}
