import { createHash } from "node:crypto";
import type { Digest } from "../model/digest.ts";
import type { Inputs, RecordedInputs } from "../model/inputs.ts";
import { isSecretName } from "../model/secret-names.ts";
import { foldContext } from "./fold-context.ts";

/** So many lines of the lockfile at most tell of one image's context. */
const MOST_LINES = 50;

const HASH_LENGTH = 12;

/** What the lockfile keeps of an image's inputs. Pure. */
export function recordInputs(inputs: Inputs, dependencies: ReadonlyMap<string, Digest>): RecordedInputs {
  const { dockerfile, options, context } = inputs;
  return {
    dockerfile: dockerfile.slice(0, HASH_LENGTH),
    options: sorted(Object.entries(options)),
    args: recordArguments(inputs.args),
    dependencies: sorted([...dependencies].map(([name, digest]) => [name, shortDigest(digest)])),
    context: foldContext(context, MOST_LINES),
  };
}

/** The arguments as the lockfile shows them: it is committed, so of what may be a secret there is only a hash. */
export function recordArguments(args: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return sorted(
    Object.entries(args).map(([name, value]) => [name, isSecretName(name) ? `(${hash(value)})` : value]),
  );
}

/** The digest as the lockfile shows a dependency's. */
export function shortDigest(digest: Digest): string {
  return digest.slice("sha256:".length, "sha256:".length + HASH_LENGTH);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH);
}

function sorted(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
