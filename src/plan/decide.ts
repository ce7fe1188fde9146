import type { LockEntry } from "../lockfile/lockfile.ts";
import type { Digest } from "../model/digest.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Decision, Reason } from "../model/plan.ts";
import { findReasons } from "./find-reasons.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** What is known of an image when it is decided about. */
export interface ImageFacts {
  readonly image: string;
  /** What the lockfile says of it. */
  readonly entry: LockEntry | undefined;
  readonly inputs: Inputs;
  /** The digests of its dependencies, as far as they are known. */
  readonly dependencies: ReadonlyMap<string, Digest>;
  /** The dependencies that are to be built, whose digests are therefore not known. */
  readonly unsettled: readonly string[];
  readonly isForced: boolean;
  /** Whether the registry is known not to have the lockfile's digest. */
  readonly isMissing: boolean;
}

/**
 * What a run does for one image, and why. Pure; planning and running ask the same function. Whether an image that is to be
 * built can be reused instead is for the registry to say (`reuse`).
 */
export function decide(facts: ImageFacts): Decision {
  const { image, entry, unsettled } = facts;
  const fingerprint = unsettled.length > 0 ? undefined : fingerprintOf(facts.inputs, facts.dependencies);
  const reasons = [
    ...(facts.isForced ? [{ why: "forced" } as const] : []),
    ...(facts.isMissing ? [{ why: "missing-from-registry" } as const] : []),
    ...(entry?.fingerprint !== undefined && fingerprint === entry.fingerprint ? [] : staleness(facts)),
  ];
  return {
    image,
    action: reasons.length > 0 ? "build" : "up-to-date",
    reasons,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(entry === undefined ? {} : { digest: entry.digest }),
  };
}

/** The decision when the registry has an image of the fingerprint. What is forced is built all the same. */
export function reuse(decision: Decision, published: Digest | undefined): Decision {
  const isWanted = decision.action === "build" && !decision.reasons.some(({ why }) => why === "forced");
  return published === undefined || !isWanted
    ? decision
    : { ...decision, action: "reuse", digest: published };
}

function staleness({ entry, inputs, dependencies, unsettled }: ImageFacts): readonly Reason[] {
  if (entry?.fingerprint === undefined) return [{ why: "never-built" }];
  const found = entry.inputs === undefined ? [] : findReasons(entry.inputs, inputs, dependencies);
  const others = found.filter(({ why }) => why !== "dependency-changed");
  const changed = found.flatMap((reason) => (reason.why === "dependency-changed" ? reason.dependencies : []));
  const images = [...new Set([...changed, ...unsettled])].sort();
  if (images.length > 0) return [...others, { why: "dependency-changed", dependencies: images }];
  return others.length > 0 ? others : [unexplained(entry.fingerprint)];
}

/** An entry of another version of the program, or one that was edited by hand. */
function unexplained(from: string): Reason {
  return { why: "options-changed", options: [{ name: "fingerprint", from }] };
}
