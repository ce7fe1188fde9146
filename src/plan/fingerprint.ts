import { createHash } from "node:crypto";
import type { Digest } from "../model/digest.ts";
import { parseFingerprint, type Fingerprint } from "../model/fingerprint.ts";
import type { Inputs } from "../model/inputs.ts";

/** Goes into each fingerprint; to be changed when the same inputs are to count as others. */
const VERSION = 1;

/**
 * The fingerprint of an image: a sha256 over everything that can change it and nothing else. Pure, and the same in every
 * clone and on every machine.
 */
export function fingerprintOf(inputs: Inputs, dependencies: ReadonlyMap<string, Digest>): Fingerprint {
  const { dockerfile, options, args, context } = inputs;
  const text = JSON.stringify([
    VERSION,
    dockerfile,
    sorted(Object.entries(options)),
    sorted(Object.entries(args)),
    sorted(dependencies),
    sorted(context),
  ]);
  const fingerprint = parseFingerprint(`sha256:${createHash("sha256").update(text).digest("hex")}`);
  if (fingerprint === undefined) throw new Error("a sha256 is no fingerprint");
  return fingerprint;
}

function sorted(entries: Iterable<readonly [string, string]>): readonly (readonly [string, string])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
