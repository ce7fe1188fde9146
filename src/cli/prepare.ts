import { planImages, type Selection } from "../operations/plan-images.ts";
import { openInputs } from "../operations/gather-inputs.ts";
import type { Prepared } from "../operations/build-images.ts";
import { survey } from "../operations/survey.ts";
import type { Configured, World } from "../operations/world.ts";
import type { BuilderChoice } from "../model/builder.ts";
import type { Checkout, Contents, Foreseen } from "../ports.ts";
import { MARKS } from "../references/marks.ts";
import { changedSinceRevision } from "./changed-since-revision.ts";
import { noImage } from "./no-image.ts";
import { findImages } from "./find-images.ts";
import { readConfigured, type Project, type ProjectFlags } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";

/** The flags that say which images a run or a plan is about. */
export interface SelectionFlags {
  readonly image?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly noDependents: boolean;
  readonly noDependencies: boolean;
  readonly force: boolean;
  readonly builder?: string | undefined;
}

/** A project whose working tree is already being looked at. */
export interface WatchedProject extends Project {
  readonly contents: () => Promise<Contents>;
}

/** Has git look at the working tree while the configuration is read: both take a while. */
export async function watchProject(
  terminal: Pick<Terminal, "directory">,
  flags: ProjectFlags & Pick<SelectionFlags, "builder">,
  checkout: Checkout,
  { ids = true }: Pick<Foreseen, "ids"> = {},
): Promise<WatchedProject> {
  const contents = checkout.contents({ texts: MARKS, ids });
  // What is wrong with it is told where it is used.
  contents.catch(() => undefined);
  return {
    checkout,
    configured: await readConfigured(terminal, flags, checkout),
    contents: () => contents,
  };
}

/** The images that the flags name. Throws a `UsageError` where they name none. */
export function namedImages({ images }: Configured, { image, since }: SelectionFlags): readonly string[] {
  if (image === undefined && since === undefined) throw noImage(images.map(({ name }) => name));
  return findImages(images, image ?? ["all"]).map(({ name }) => name);
}

/** Surveys and plans: what `plan`, `--dry-run` and a run begin with. */
export async function prepare(
  world: World,
  { configured, contents }: WatchedProject,
  named: readonly string[],
  flags: SelectionFlags & ProjectFlags,
  signal: AbortSignal,
  foreseeBuild?: (builder: BuilderChoice) => void,
): Promise<Prepared & { readonly named: readonly string[] }> {
  const surveyed = await survey(world.checkout, configured);
  const inputsOf = openInputs(world.checkout, contents, configured, surveyed);
  const now = { survey: surveyed, inputsOf };
  const changed =
    flags.since === undefined
      ? named
      : await changedSinceRevision(now, world.checkout, configured, flags.since, flags.registry);
  const selection: Selection = {
    named: named.filter((image) => changed.includes(image)),
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
  return { configured, survey: surveyed, contents, inputsOf, plan, named: selection.named };
}
