import { connectStore } from "../../adapters/engine/connect-store.ts";
import type { Platform } from "../../model/image.ts";
import { lockedImages } from "../../operations/locked-images.ts";
import { pullImages } from "../../operations/pull.ts";
import { formatPulled, formatPulledJson } from "../../reporters/pulled.ts";
import { createLimit } from "../../schedule/create-limit.ts";
import { checkoutOf } from "../checkout-of.ts";
import { findImages } from "../find-images.ts";
import { readConfigured, type ProjectFlags } from "../open-project.ts";
import { coloursOf, openReporter, type Progress } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { clock } from "../clock.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images pull`. */
export interface PullFlags extends ProjectFlags, RegistryFlags {
  readonly image?: readonly string[] | undefined;
  readonly platform?: Platform | undefined;
  readonly concurrency: number;
  readonly retries: number;
  readonly progress: Progress;
  readonly format: "text" | "json";
}

/** `manage-images pull`: gets the lockfile's images into the engine. 1 if any of them could not be got. */
export async function pullCommand(terminal: Terminal, flags: PullFlags): Promise<number> {
  const checkout = await checkoutOf(terminal);
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  const locked = await lockedImages(checkout, configured, images);
  const { findCredentials } = openRegistriesOf(terminal, { checkout, configured }, flags);
  const store = await connectStore(terminal.environment, findCredentials);
  const report = await openReporter(terminal, flags.progress);
  const world = { store, clock, report, limit: createLimit(flags.concurrency) };
  const settings = { platform: flags.platform, retries: flags.retries };
  const pulled = await pullImages(world, locked, settings, terminal.interrupt).finally(() => {
    report.close();
  });
  terminal.stdout.write(
    flags.format === "json" ? formatPulledJson(pulled) : formatPulled(pulled, coloursOf(terminal)),
  );
  return pulled.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}
