import type { JobMatrix } from "../../model/matrix.ts";
import { planMatrix } from "../../operations/plan-matrix.ts";
import { formatMatrixForGitHub, formatMatrixForGitLab, formatMatrixJson } from "../../reporters/matrix.ts";
import { checkoutOf } from "../checkout-of.ts";
import type { ProjectFlags } from "../open-project.ts";
import { namedImages, prepare, watchProject, type SelectionFlags } from "../prepare.ts";
import type { Terminal } from "../terminal.ts";
import { openWorld, type RegistryFlags } from "../world.ts";

/** The flags of `manage-images matrix`. */
export interface MatrixFlags extends ProjectFlags, SelectionFlags, RegistryFlags {
  readonly format: "json" | "github" | "gitlab";
  readonly template: string;
}

/** `manage-images matrix`: what is to be built, as jobs. Changes nothing. */
export async function matrixCommand(terminal: Terminal, flags: MatrixFlags): Promise<number> {
  const project = await watchProject(terminal, flags, await checkoutOf(terminal));
  const named = namedImages(project.configured, { ...flags, image: flags.image ?? ["all"] });
  const world = openWorld(terminal, project, flags, () => undefined);
  const { survey, plan } = await prepare(world, project, named, flags, terminal.interrupt);
  terminal.stdout.write(format(planMatrix(survey, plan), flags));
  return 0;
}

function format(matrix: JobMatrix, flags: MatrixFlags): string {
  switch (flags.format) {
    case "json":
      return formatMatrixJson(matrix);
    case "github":
      return formatMatrixForGitHub(matrix);
    case "gitlab":
      return formatMatrixForGitLab(matrix, flags.template);
  }
}
