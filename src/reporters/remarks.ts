import type { Discovery } from "../model/discovery.ts";
import { enumerate } from "./amounts.ts";
import { printable } from "./printable.ts";

/** Comments for a configuration: what somebody should know who reads it later. */
export interface Remarks {
  readonly registry: readonly string[];
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly end: readonly string[];
}

/** What of the findings belongs into the configuration. */
export function remarksOf(findings: readonly Discovery[]): Remarks {
  const images = new Map<string, readonly string[]>();
  for (const finding of findings)
    if (finding.kind === "not-expressed")
      images.set(finding.image, [`not said here: ${enumerate(finding.what.map(printable))}`]);
  return {
    registry: findings.some(({ kind }) => kind === "registry-guessed")
      ? ["A guess: nothing in this repository says where images are pushed to."]
      : ['Image X is pushed to registry + "/" + X.'],
    images,
    end: findings.flatMap((finding) =>
      finding.kind === "left-out" && finding.reason.why === "problem"
        ? [
            `left out: ${finding.reason.image} (${finding.file}): ${finding.reason.problems.map(printable).join("; ")}`,
          ]
        : [],
    ),
  };
}
