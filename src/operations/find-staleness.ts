/**
 * Which images are not up to date: the same `decide` as a run's, for all images together. No registry is asked, so that what
 * could be reused is stale, too.
 */
import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Staleness } from "../model/staleness.ts";
import { decide } from "../plan/decide.ts";
import type { InputsOf } from "./gather-inputs.ts";
import type { Survey } from "./survey.ts";

/** Whether each image is up to date. One whose inputs cannot be had is not known; that is no failure of the others. */
export async function findStaleness(
  survey: Pick<Survey, "graph" | "lockfile">,
  inputsOf: InputsOf,
): Promise<ReadonlyMap<string, Staleness>> {
  const { order } = survey.graph;
  const gathered = new Map(
    await Promise.all(order.map(async (image) => [image, await gather(inputsOf, image)] as const)),
  );
  const found = new Map<string, Staleness>();
  for (const image of order) found.set(image, judge(survey, image, gathered.get(image), found));
  return found;
}

/** The inputs, or why there are none. */
async function gather(inputsOf: InputsOf, image: string): Promise<Inputs | string> {
  try {
    return (await inputsOf(image)).inputs;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function judge(
  { graph, lockfile }: Pick<Survey, "graph" | "lockfile">,
  image: string,
  inputs: Inputs | string | undefined,
  found: ReadonlyMap<string, Staleness>,
): Staleness {
  if (inputs === undefined || typeof inputs === "string") return { state: "unknown", why: inputs ?? "" };
  const dependencies = new Map<string, Digest>();
  const unsettled: string[] = [];
  for (const name of graph.dependenciesOf(image)) {
    const digest = lockfile.images.get(name)?.digest;
    if (digest === undefined || found.get(name)?.state === "stale") unsettled.push(name);
    else dependencies.set(name, digest);
  }
  const { action, reasons } = decide({
    ...{ image, entry: lockfile.images.get(image), inputs, dependencies, unsettled },
    ...{ isForced: false, isMissing: false },
  });
  if (action !== "up-to-date") return { state: "stale", reasons };
  const doubtful = graph.dependenciesOf(image).find((name) => found.get(name)?.state === "unknown");
  if (doubtful === undefined) return { state: "up to date" };
  return { state: "unknown", why: `${image} is built on ${doubtful}, of which it is not known.` };
}
