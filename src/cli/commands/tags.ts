import { openCheckout } from "../../adapters/git/open-checkout.ts";
import { listTags } from "../../operations/list-tags.ts";
import { formatTags, formatTagsJson } from "../../reporters/promotions.ts";
import { findImages } from "../find-images.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images tags`. */
export interface TagsFlags extends ProjectFlags, RegistryFlags {
  readonly image?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly format: "text" | "json";
}

/** `manage-images tags`: what the tags of the images point at in the registry. Returns the exit code. */
export async function tagsCommand(terminal: Terminal, flags: TagsFlags): Promise<number> {
  const checkout = await openCheckout(terminal.directory);
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const listed = await listTags({ checkout, registry }, configured, images, flags.tag, terminal.interrupt);
  terminal.stdout.write(
    flags.format === "json" ? formatTagsJson(listed) : formatTags(listed, coloursOf(terminal)),
  );
  return 0;
}
