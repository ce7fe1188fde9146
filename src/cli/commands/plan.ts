import { formatInputs } from "../../reporters/inputs.ts";
import { formatPlanJson } from "../../reporters/plan-json.ts";
import { formatPlan } from "../../reporters/plan.ts";
import { checkBuilders } from "../check-builders.ts";
import { checkoutOf } from "../checkout-of.ts";
import type { ProjectFlags } from "../open-project.ts";
import { namedImages, prepare, watchProject, type SelectionFlags } from "../prepare.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images plan`. */
export interface PlanFlags extends ProjectFlags, SelectionFlags, RegistryFlags {
  readonly inputs: boolean;
  readonly format: "text" | "json";
}

/** `manage-images plan --image X`: what a run would do, and why. Changes nothing. */
export async function planCommand(terminal: Terminal, flags: PlanFlags): Promise<number> {
  const project = await watchProject(terminal, flags, await checkoutOf(terminal));
  const asked = namedImages(project.configured, flags);
  const world = openWorld(terminal, project, flags, () => undefined);
  const { named, plan, inputsOf } = await prepare(world, project, asked, flags, terminal.interrupt);
  if (!flags.inputs) {
    terminal.stdout.write(
      flags.format === "json" ? formatPlanJson(plan) : formatPlan(plan, coloursOf(terminal)),
    );
    await checkBuilders(terminal, plan);
    return 0;
  }
  const gathered = await Promise.all(
    named.map(async (image) => ({ image, ...(await inputsOf(image)), plan })),
  );
  terminal.stdout.write(formatInputs(gathered, flags.format));
  return 0;
}
