import { UsageError } from "../../errors.ts";
import { openCopier } from "../../adapters/registries/copy-image.ts";
import type { PromotionTarget } from "../../model/copy.ts";
import { isTag } from "../../model/reference.ts";
import { copyImages, fillTags, planCopies } from "../../operations/copy-images.ts";
import { lockedImages, type LockedImage } from "../../operations/locked-images.ts";
import { planPromotions, promote } from "../../operations/promote.ts";
import { requireBranch } from "../../operations/require-branch.ts";
import type { Configured } from "../../operations/world.ts";
import { createCopyReporter } from "../../reporters/copy-progress.ts";
import { formatCopies, formatCopiesJson } from "../../reporters/copies.ts";
import { formatPromotions, formatPromotionsJson } from "../../reporters/promotions.ts";
import { createLimit } from "../../schedule/create-limit.ts";
import { checkoutOf } from "../checkout-of.ts";
import { findImages } from "../find-images.ts";
import { findTags, findTarget } from "../find-target.ts";
import { readConfigured, type Project, type ProjectFlags } from "../open-project.ts";
import { coloursOf, kindOf, outputOf, type Progress } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { clock } from "../clock.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images promote`. */
export interface PromoteFlags extends ProjectFlags, RegistryFlags {
  readonly tag?: string | undefined;
  readonly to?: string | undefined;
  readonly image?: readonly string[] | undefined;
  readonly requireBranch?: string | undefined;
  readonly createRepository: boolean;
  readonly pushConcurrency: number;
  readonly dryRun: boolean;
  readonly progress: Progress;
  readonly format: "text" | "json";
}

/**
 * `manage-images promote --tag prod`: points a tag at the lockfile's digests; with `--to`, copies them to another place.
 * Returns the exit code.
 */
export async function promoteCommand(terminal: Terminal, flags: PromoteFlags): Promise<number> {
  const { tag, to } = flags;
  checkTag(tag, to);
  const checkout = await checkoutOf(terminal);
  const configured = await readConfigured(terminal, flags, checkout);
  const images = findImages(configured.images, flags.image ?? ["all"]);
  const target = to === undefined ? undefined : targetOf(configured, to, tag);
  if (flags.requireBranch !== undefined) await requireBranch(checkout, configured, flags.requireBranch);
  const locked = await lockedImages(checkout, configured, images);
  const project = { checkout, configured };
  terminal.stdout.write(
    target === undefined
      ? await moveTags(terminal, flags, project, locked, tag ?? "")
      : await copyTo(terminal, flags, project, locked, target),
  );
  return 0;
}

function checkTag(tag: string | undefined, to: string | undefined): void {
  if (tag === undefined && to === undefined)
    throw new UsageError("promote: which tag is moved?", {
      remedy: "Name it with --tag, such as --tag prod; or another place, with --to.",
    });
  if (tag === undefined || (isTag(tag) && !tag.startsWith("fp-"))) return;
  if (!isTag(tag))
    throw new UsageError(`--tag ${tag}: that is no tag`, { remedy: "Name one, such as prod." });
  throw new UsageError(`--tag ${tag}: tags that begin with fp- say what an image was built from`, {
    remedy: "Choose another name.",
  });
}

/** Where images are copied to, and the tags that they get there. */
function targetOf(configured: Configured, to: string, tag: string | undefined): PromotionTarget {
  const target = findTarget(configured, to);
  return { ...target, tags: findTags(target, { to, tag }) };
}

async function moveTags(
  terminal: Terminal,
  flags: PromoteFlags,
  project: Project,
  locked: readonly LockedImage[],
  tag: string,
): Promise<string> {
  const { registry } = openRegistriesOf(terminal, project, flags);
  const promotions = await planPromotions(registry, locked, tag, terminal.interrupt);
  if (!flags.dryRun) await promote({ registry, clock }, promotions, terminal.interrupt);
  return flags.format === "json"
    ? formatPromotionsJson(promotions)
    : formatPromotions(promotions, !flags.dryRun, coloursOf(terminal));
}

async function copyTo(
  terminal: Terminal,
  flags: PromoteFlags,
  project: Project,
  locked: readonly LockedImage[],
  target: PromotionTarget,
): Promise<string> {
  const signal = terminal.interrupt;
  const tags = await fillTags(project.checkout, target.tags);
  const { registry, client } = openRegistriesOf(terminal, project, flags);
  const copies = await planCopies(registry, locked, { ...target, tags }, signal);
  const copyImage = openCopier(client, createLimit(flags.pushConcurrency));
  const act = async () => {
    const report = await createCopyReporter(
      kindOf(terminal, flags.progress),
      copies.length,
      outputOf(terminal),
    );
    try {
      return await copyImages({ registry, copyImage, clock, report }, copies, flags, signal);
    } finally {
      report.close();
    }
  };
  const done = flags.dryRun ? undefined : await act();
  return flags.format === "json"
    ? formatCopiesJson(copies, done)
    : formatCopies(copies, done, coloursOf(terminal));
}
