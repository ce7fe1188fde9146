import { proposeImages } from "../discovery/propose-images.ts";
import { compareAncestor } from "../discovery/compare-ancestor.ts";
import type { Discovery } from "../model/discovery.ts";
import type { Checkout } from "../ports.ts";
import type { Discovered } from "./discover.ts";
import { verifyProposal, type Destination, type Verified } from "./verify-proposal.ts";

/** What the user says of it. */
export interface Wishes {
  /** Where images are pushed to. */
  readonly registry?: string;
  /** Whether Dockerfiles of tests and examples become images, too. */
  readonly withTests: boolean;
}

/** The images that a configuration in a place could declare. Changes nothing. */
export async function proposeConfiguration(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  { material, doubtful, ancestors, findings }: Discovered,
  { registry, withTests }: Wishes,
  to: Destination,
): Promise<Verified> {
  const dockerfiles = withTests ? new Map([...material.dockerfiles, ...doubtful]) : material.dockerfiles;
  const proposal = proposeImages({
    ...material,
    dockerfiles,
    ...(registry === undefined ? {} : { registry }),
  });
  const verified = await verifyProposal(checkout, proposal, to);
  const graph = verified.survey?.graph;
  return {
    ...verified,
    findings: [
      ...(proposal.isGuess ? [{ kind: "registry-guessed", registry: proposal.registry } as const] : []),
      ...findings,
      ...(withTests ? [] : testsLeftOut(doubtful)),
      ...verified.findings,
      ...ancestors.flatMap((ancestor) =>
        compareAncestor(ancestor, graph?.order ?? [], (image) => graph?.dependenciesOf(image) ?? []),
      ),
    ],
  };
}

function testsLeftOut(doubtful: ReadonlyMap<string, Uint8Array>): readonly Discovery[] {
  return [...doubtful.keys()].map((file) => ({ kind: "left-out", file, reason: { why: "test" } }));
}
