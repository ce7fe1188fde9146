import { ConfigurationError, UserError } from "../errors.ts";
import { changedSince, type State } from "../operations/changed-since.ts";
import { openInputs } from "../operations/gather-inputs.ts";
import { survey } from "../operations/survey.ts";
import type { Configured } from "../operations/world.ts";
import type { Checkout } from "../ports.ts";
import { configuredBy } from "./open-project.ts";

/** The images that differ from what they were at a revision, whose own configuration says what they were. */
export async function changedSinceRevision(
  now: State,
  checkout: Checkout,
  { file }: Configured,
  revision: string,
  registry: string | undefined,
): Promise<readonly string[]> {
  return checkout.atRevision(revision, async (earlier) => {
    if ((await earlier.read(file)) === undefined) return [...now.survey.images.keys()];
    return changedSince(now, await stateOf(earlier, file, registry).catch(explain(revision)));
  });
}

async function stateOf(checkout: Checkout, file: string, registry: string | undefined): Promise<State> {
  const contents = await checkout.contents();
  const configured = await configuredBy(checkout, file, { registry });
  const surveyed = await survey(checkout, configured);
  return {
    survey: surveyed,
    inputsOf: openInputs(checkout, () => Promise.resolve(contents), configured, surveyed),
  };
}

function explain(revision: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UserError(`The configuration of ${revision} is not one for this version:\n${error.message}`, {
      remedy: "Name a later revision with --since, or the images with --image.",
    });
  };
}
