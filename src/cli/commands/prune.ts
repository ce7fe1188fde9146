import { planPrune, prune } from "../../operations/prune.ts";
import type { Checkout } from "../../ports.ts";
import { formatPrunings, formatPruningsJson } from "../../reporters/prunings.ts";
import { checkoutOf } from "../checkout-of.ts";
import { matcherOf } from "../compile-globs.ts";
import { findImages } from "../find-images.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images prune`. */
export interface PruneFlags extends ProjectFlags, RegistryFlags {
  readonly image?: readonly string[] | undefined;
  readonly keepTags: readonly string[];
  readonly keepDays: number;
  readonly keepHistory: number;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly format: "text" | "json";
}

const DAY = 86_400_000;

/** Tags that say what an image was made from keep nothing. */
const FINGERPRINT = /^fp-[0-9a-f]{20}$/;

/** `manage-images prune`: deletes versions that nothing needs, or shows them. Returns the exit code. */
export async function pruneCommand(terminal: Terminal, flags: PruneFlags): Promise<number> {
  const checkout = await checkoutOf(terminal);
  // A run in this clone may be about to write a pin.
  const release = await checkout.lock();
  try {
    return await act(terminal, flags, checkout);
  } finally {
    await release();
  }
}

async function act(terminal: Terminal, flags: PruneFlags, checkout: Checkout): Promise<number> {
  const signal = terminal.interrupt;
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  const repositories = [...new Set(images.map(({ repository }) => repository))];
  const { registry } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const isKeptTag = matcherOf("--keep-tags", flags.keepTags);
  const rules = {
    isKeptTag: (tag: string) => !FINGERPRINT.test(tag) && isKeptTag(tag),
    since: flags.keepDays === 0 ? undefined : Date.now() - flags.keepDays * DAY,
    history: flags.keepHistory,
  };
  const prunings = await planPrune({ checkout, registry }, repositories, rules, signal);
  const isMeant = flags.yes && !flags.dryRun;
  if (isMeant) await prune(registry, prunings, signal);
  terminal.stdout.write(
    flags.format === "json"
      ? formatPruningsJson(prunings, isMeant)
      : formatPrunings(prunings, isMeant, coloursOf(terminal)),
  );
  return 0;
}
