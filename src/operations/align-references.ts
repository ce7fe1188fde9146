import type { Digest } from "../model/digest.ts";
import type { Notice, RunResult } from "../model/run.ts";
import type { Contents } from "../ports.ts";
import type { World } from "./world.ts";
import type { Configured } from "./world.ts";
import { findStalePins, type StalePins } from "./find-stale-pins.ts";
import type { Survey } from "./survey.ts";
import { writeDigests, type CommitFlags } from "./write-digests.ts";

/** Pins that are to be brought to the lockfile's digests. */
export interface Alignment {
  readonly pins: ReadonlyMap<string, Digest>;
  readonly stale: StalePins;
  readonly notices: readonly Notice[];
}

/** Finds the pins of the named images that differ from the lockfile. Changes nothing. */
export async function planAlignment(
  { checkout, contents }: Pick<World, "checkout"> & { readonly contents: () => Promise<Contents> },
  configured: Configured,
  survey: Survey,
  named: readonly string[],
): Promise<Alignment> {
  const pins = new Map<string, Digest>();
  for (const [name, { digest }] of survey.lockfile.images) if (named.includes(name)) pins.set(name, digest);
  const unknown = named.filter((name) => !pins.has(name));
  return {
    pins,
    stale: await findStalePins(checkout, await contents(), configured, survey, pins),
    notices: unknown.length > 0 ? [{ kind: "no-digest", images: unknown }] : [],
  };
}

/** Brings the pins to the lockfile's digests; builds nothing. */
export async function alignReferences(
  { checkout }: Pick<World, "checkout">,
  configured: Configured,
  survey: Survey,
  { pins, stale, notices }: Alignment,
  settings: CommitFlags,
): Promise<RunResult> {
  const written = await writeDigests(
    checkout,
    configured,
    survey,
    stale,
    { pins, locks: new Map() },
    settings,
  );
  return {
    images: {},
    references: stale.changes,
    notices: [...notices, ...written.notices],
    ...(written.commit === undefined ? {} : { commit: written.commit }),
  };
}
