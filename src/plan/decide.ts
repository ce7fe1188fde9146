import type { Digest } from "../model/digest.ts";
import type { Decision, Reason } from "../model/plan.ts";

/** What is known of an image when it is decided about. */
export interface ImageFacts {
  readonly image: string;
  /** Whether the command line names it. */
  readonly isNamed: boolean;
  /** The lockfile's digest. */
  readonly digest: Digest | undefined;
  /** Its direct dependencies that are built in the same run. */
  readonly rebuiltDependencies: readonly string[];
}

/** What a run does for one image, and why. Pure; planning and running ask the same function. */
export function decide(facts: ImageFacts): Decision {
  const reasons = reasonsToBuild(facts);
  return {
    image: facts.image,
    action: reasons.length > 0 ? "build" : "up-to-date",
    reasons,
    ...(facts.digest === undefined ? {} : { digest: facts.digest }),
  };
}

function reasonsToBuild({ digest, isNamed, rebuiltDependencies }: ImageFacts): readonly Reason[] {
  const reasons: Reason[] = [];
  if (digest === undefined) reasons.push({ why: "never-built" });
  if (isNamed) reasons.push({ why: "selected" });
  if (rebuiltDependencies.length > 0) {
    reasons.push({ why: "dependency-changed", dependencies: rebuiltDependencies });
  }
  return reasons;
}
