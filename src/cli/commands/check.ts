import { check } from "../../operations/check.ts";
import type { Checked } from "../../model/drift.ts";
import type { Colours } from "../../reporters/colours.ts";
import { formatDrift, formatDriftForGitHub, formatDriftJson } from "../../reporters/drift.ts";
import { checkoutOf } from "../checkout-of.ts";
import { findImages } from "../find-images.ts";
import type { ProjectFlags } from "../open-project.ts";
import type { CHECK_FORMATS } from "../options.ts";
import { watchProject } from "../prepare.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openRegistriesOf, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images check`. */
export interface CheckFlags extends ProjectFlags, RegistryFlags {
  readonly image?: readonly string[] | undefined;
  readonly remote: boolean;
  readonly format: (typeof CHECK_FORMATS)[number];
}

/** `manage-images check`: whether anything has drifted. Changes nothing; the exit code is 1 where something has. */
export async function checkCommand(terminal: Terminal, flags: CheckFlags): Promise<number> {
  const project = await watchProject(terminal, flags, await checkoutOf(terminal));
  const { images } = project.configured;
  const asked = flags.image?.includes("all") === false ? findImages(images, flags.image) : undefined;
  const named = asked?.map(({ name }) => name) ?? "all";
  const { registry } = openRegistriesOf(terminal, project, flags);
  const remote = flags.remote ? { registry, signal: terminal.interrupt } : undefined;
  const checked = await check({ ...project, remote }, project.configured, named);
  terminal.stdout.write(format(checked, flags.format, coloursOf(terminal)));
  return checked.drift.length === 0 ? 0 : 1;
}

function format(checked: Checked, how: CheckFlags["format"], colours: Colours): string {
  switch (how) {
    case "text":
      return formatDrift(checked, colours);
    case "json":
      return formatDriftJson(checked);
    case "github":
      return formatDriftForGitHub(checked, colours);
  }
}
