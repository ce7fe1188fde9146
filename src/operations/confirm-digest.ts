import { UserError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import type { World } from "./world.ts";

/** Registries may answer "not found" for a moment after a push: so many more questions, each after twice the pause. */
const PAUSES = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/**
 * The digest that the registry answers for what was just pushed. It is asked for the very digest where the builder
 * says which one it pushed, and for the tag otherwise. Throws a `UserError` if it has none or another.
 */
export async function confirmDigest(
  { registry, clock }: Pick<World, "registry" | "clock">,
  tagged: Reference,
  pushed: Digest | undefined,
  signal: AbortSignal,
): Promise<Digest> {
  const reference = pushed === undefined ? tagged : { name: tagged.name, digest: pushed };
  let answer = await registry.resolve(reference, signal);
  for (const pause of PAUSES) {
    if (answer !== undefined) break;
    await clock.sleep(pause, signal);
    answer = await registry.resolve(reference, signal);
  }
  if (answer === undefined || (pushed !== undefined && answer !== pushed))
    throw unconfirmed(reference, answer);
  return answer;
}

function unconfirmed(reference: Reference, answer: Digest | undefined): UserError {
  const name = formatReference(reference);
  const what = answer === undefined ? "does not have it" : `answers ${answer}`;
  return new UserError(`${name} was pushed, but the registry ${what}`, {
    remedy: "No digest is written. Run the same command again; if it stays so, look at the registry.",
  });
}
