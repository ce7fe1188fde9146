import { UserError } from "../errors.ts";
import { fingerprintOf } from "../plan/fingerprint.ts";
import type { ContextEntry } from "../ports.ts";
import type { ContextsOf } from "./context-entries.ts";
import { inputsWith } from "./gather-inputs.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * That what an image was built from, `sent`, is what its fingerprint says: a file that was saved after it was planned or while
 * the build read it would be published under the wrong fingerprint. Throws a `UserError`.
 */
export async function checkUnchanged(
  { world, survey, inputsOf }: Run,
  image: string,
  sent: ContextsOf<ContextEntry>,
): Promise<void> {
  const { inputs, commits } = await inputsOf(image);
  const sources = { contexts: sent, commits };
  const now = await inputsWith(survey, imageIn(survey, image), sources, await world.checkout.contents());
  const none = new Map<string, never>();
  if (fingerprintOf(now, none) !== fingerprintOf(inputs, none)) throw changed(image);
}

function changed(image: string): UserError {
  return new UserError(`Files of ${image} were changed while it was being built, so it is not pushed.`, {
    remedy: "Run the same command again.",
  });
}
