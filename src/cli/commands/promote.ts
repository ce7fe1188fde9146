import { UsageError } from "../../errors.ts";
import { openCheckout } from "../../adapters/git/open-checkout.ts";
import { isTag } from "../../model/reference.ts";
import { lockedImages } from "../../operations/locked-images.ts";
import { planPromotions, promote } from "../../operations/promote.ts";
import { requireBranch } from "../../operations/require-branch.ts";
import { formatPromotions, formatPromotionsJson } from "../../reporters/promotions.ts";
import { findImages } from "../find-images.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { clock, openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images promote`. */
export interface PromoteFlags extends ProjectFlags, RegistryFlags {
  readonly tag: string;
  readonly image?: readonly string[] | undefined;
  readonly requireBranch?: string | undefined;
  readonly dryRun: boolean;
  readonly format: "text" | "json";
}

/** `manage-images promote --tag prod`: points a tag at the lockfile's digests. Returns the exit code. */
export async function promoteCommand(terminal: Terminal, flags: PromoteFlags): Promise<number> {
  const { tag } = flags;
  if (!isTag(tag))
    throw new UsageError(`--tag ${tag}: that is no tag`, { remedy: "Name one, such as prod." });
  const checkout = await openCheckout(terminal.directory);
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  if (flags.requireBranch !== undefined) await requireBranch(checkout, configured, flags.requireBranch);
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const locked = await lockedImages(checkout, configured, images);
  const promotions = await planPromotions(registry, locked, tag, terminal.interrupt);
  if (!flags.dryRun) await promote({ registry, clock }, promotions, terminal.interrupt);
  terminal.stdout.write(
    flags.format === "json"
      ? formatPromotionsJson(promotions)
      : formatPromotions(promotions, !flags.dryRun, coloursOf(terminal)),
  );
  return 0;
}
