import { fingerprintOf } from "../plan/fingerprint.ts";
import type { InputsOf } from "./gather-inputs.ts";
import { imageIn, type Survey } from "./survey.ts";

/** The images at one revision, or in the working tree. */
export interface State {
  readonly survey: Survey;
  readonly inputsOf: InputsOf;
}

/** The images of `now` that are new, or that are made of something else than `then`: inputs or dependencies. */
export async function changedSince(now: State, then: State): Promise<readonly string[]> {
  const names = [...now.survey.images.keys()];
  const changes = await Promise.all(names.map(async (name) => !(await isSame(name, now, then))));
  return names.filter((_, index) => changes[index]);
}

async function isSame(name: string, now: State, then: State): Promise<boolean> {
  if (!then.survey.images.has(name)) return false;
  return (await madeOf(name, now)) === (await madeOf(name, then));
}

/** The repository counts: it is another image that other places have to be told of. */
async function madeOf(name: string, { survey, inputsOf }: State): Promise<string> {
  const { image, dependencies } = imageIn(survey, name);
  const { inputs } = await inputsOf(name);
  return JSON.stringify([fingerprintOf(inputs, new Map()), image.repository, dependencies]);
}
