import { UserError } from "../errors.ts";
import { fingerprintOf } from "../plan/fingerprint.ts";
import type { ContextEntry } from "../ports.ts";
import { contextEntries } from "./context-entries.ts";
import { openInputs } from "./gather-inputs.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * That what an image was built from is still what its fingerprint says: a file that was saved while the build read it would
 * be published under the wrong fingerprint. Throws a `UserError`.
 */
export async function checkUnchanged(run: Run, image: string): Promise<void> {
  const { world, configured, survey } = run;
  const before = await run.inputsOf(image);
  const entries = await contextEntries(world, configured, imageIn(survey, image), run.signal);
  if (listOf(entries) === listOf(before.entries)) return;
  const after = await openInputs(world, configured, survey)(image);
  const none = new Map<string, never>();
  if (fingerprintOf(after.inputs, none) !== fingerprintOf(before.inputs, none)) throw changed(image);
}

function listOf(entries: readonly ContextEntry[]): string {
  return JSON.stringify(entries.map(({ path, kind, stamp, target }) => [path, kind, stamp, target]));
}

function changed(image: string): UserError {
  return new UserError(`Files of ${image} were changed while it was being built, so it is not pushed.`, {
    remedy: "Run the same command again.",
  });
}
