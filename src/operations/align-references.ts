import type { LockEntry } from "../lockfile/lockfile.ts";
import type { LockChange, Notice, RunResult } from "../model/run.ts";
import type { Contents } from "../ports.ts";
import type { World } from "./world.ts";
import type { Configured } from "./world.ts";
import { findStalePins, type StalePins } from "./find-stale-pins.ts";
import type { RestoredEntries } from "./restore-entries.ts";
import type { Survey } from "./survey.ts";
import { writeDigests, type CommitFlags } from "./write-digests.ts";

/** Pins that are to be brought to the digests of a lockfile. */
export interface Alignment {
  /** Entries of another revision's lockfile that are to come back, too. */
  readonly locks: ReadonlyMap<string, LockEntry>;
  /** The commit that they are of. */
  readonly revision: string | undefined;
  readonly stale: StalePins;
  readonly notices: readonly Notice[];
}

/** What pins are aligned in. */
export interface AlignedWorld extends Pick<World, "checkout"> {
  readonly contents: () => Promise<Contents>;
}

/** Finds the pins of the named images that differ from the lockfile, or from that of a revision. Changes nothing. */
export async function planAlignment(
  { checkout, contents }: AlignedWorld,
  configured: Configured,
  survey: Survey,
  named: readonly string[],
  restored?: RestoredEntries,
): Promise<Alignment> {
  const names = new Set(named);
  const wanted = new Map(
    [...(restored?.entries ?? survey.lockfile.images)].filter(([name]) => names.has(name)),
  );
  const earlier = restored === undefined ? [] : [survey.lockfile.images];
  const unknown = named.filter((name) => !wanted.has(name));
  const stale = await findStalePins(checkout, await contents(), configured, survey, wanted, earlier);
  const revision = restored === undefined ? {} : { revision: restored.commit };
  return {
    locks: new Map([...wanted].filter(([name, entry]) => !isSame(survey.lockfile.images.get(name), entry))),
    revision: restored?.commit,
    stale,
    notices: [
      ...(unknown.length > 0 ? [{ kind: "no-digest", images: unknown, ...revision } as const] : []),
      ...stale.elsewhere,
    ],
  };
}

/** What it would come to. */
export function resultOf(survey: Survey, { locks, revision, stale, notices }: Alignment): RunResult {
  const restored = [...locks].map(([image, { digest: to }]): LockChange => {
    const from = survey.lockfile.images.get(image)?.digest;
    return { image, ...(from === undefined ? {} : { from }), to };
  });
  const known = revision === undefined ? {} : { restored };
  return { images: {}, references: stale.changes, ...known, notices };
}

/** Brings the pins, and the lockfile where another's is meant, to those digests; builds nothing. */
export async function alignReferences(
  { checkout, contents }: AlignedWorld,
  configured: Configured,
  survey: Survey,
  alignment: Alignment,
  settings: CommitFlags,
): Promise<RunResult> {
  const { stale, locks, revision } = alignment;
  const writable = { checkout, contents: await contents() };
  const written = await writeDigests(writable, configured, survey, stale, { locks, revision }, settings);
  const result = resultOf(survey, alignment);
  return {
    ...result,
    references: written.references,
    notices: [...result.notices, ...written.notices],
    ...(written.commit === undefined ? {} : { commit: written.commit }),
  };
}

function isSame(known: LockEntry | undefined, { repository, digest, fingerprint }: LockEntry): boolean {
  return known?.repository === repository && known.digest === digest && known.fingerprint === fingerprint;
}
