import type { Image } from "../../model/image.ts";
import { repositoryAt } from "../../operations/copy-images.ts";
import { listTags } from "../../operations/list-tags.ts";
import { formatTags, formatTagsJson } from "../../reporters/promotions.ts";
import { checkoutOf } from "../checkout-of.ts";
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
  const checkout = await checkoutOf(terminal);
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  const target = flags.to === undefined ? undefined : findTarget(configured, flags.to);
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const listing = {
    wanted: flags.tag,
    repositoryOf: ({ name, repository }: Image) =>
      target === undefined ? repository : repositoryAt(target, name),
  };
  const listed = await listTags({ checkout, registry }, configured, images, listing, terminal.interrupt);
  terminal.stdout.write(
    flags.format === "json" ? formatTagsJson(listed) : formatTags(listed, coloursOf(terminal)),
  );
  return 0;
}
