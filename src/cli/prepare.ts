import { planImages, type Selection } from "../operations/plan-images.ts";
import { openInputs } from "../operations/gather-inputs.ts";
import type { Prepared } from "../operations/build-images.ts";
import { survey } from "../operations/survey.ts";
import type { World } from "../operations/world.ts";
import type { Project } from "./open-project.ts";

/** The flags that say which images a run or a plan is about. */
export interface SelectionFlags {
  readonly image?: readonly string[] | undefined;
  readonly noDependents: boolean;
  readonly noDependencies: boolean;
  readonly force: boolean;
}

/** Reads the project and plans: what `plan`, `--dry-run` and a run begin with. */
export async function prepare(
  world: World,
  { configured }: Project,
  named: readonly string[],
  flags: SelectionFlags,
  signal: AbortSignal,
  foreseeBuild?: () => void,
): Promise<Prepared> {
  const surveyed = await survey(world.checkout, configured);
  const inputsOf = openInputs(world, configured, surveyed);
  const selection: Selection = {
    named,
    dependents: !flags.noDependents,
    dependencies: !flags.noDependencies,
    force: flags.force,
  };
  const plan = await planImages(
    {
      survey: surveyed,
      inputsOf,
      registry: world.registry,
      signal,
      ...(foreseeBuild === undefined ? {} : { foreseeBuild }),
    },
    selection,
  );
  return { configured, survey: surveyed, inputsOf, plan };
}
