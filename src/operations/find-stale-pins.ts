import { isKnown, successorsOf, type Entries } from "../lockfile/successors.ts";
import type { ElsewhereNotice, ReferenceChange } from "../model/run.ts";
import type { SuccessorOf } from "../model/successor.ts";
import type { Checkout, Contents } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/marks.ts";
import { MOST_VERSIONS } from "./earlier-pins.ts";
import { findStaleElsewhere } from "./find-stale-elsewhere.ts";
import { lockfileHistory } from "./lockfile-history.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The pins that do not carry their image's digest, and where pins can be at all. */
export interface StalePins {
  /** Files of the working tree that may hold pins. */
  readonly files: readonly string[];
  /** Those of the files that git does not track. */
  readonly untracked: readonly string[];
  /** The pins of the working tree that are to be changed. */
  readonly changes: readonly ReferenceChange[];
  /** Those that stay, because their image is not for their platform any more. */
  readonly lost: readonly ReferenceChange[];
  /** What any pin is to carry. */
  readonly successorOf: SuccessorOf;
  /** What is to be known of files that are not written to. */
  readonly elsewhere: readonly ElsewhereNotice[];
}

/**
 * Finds the pins that do not carry the digests of these entries yet. `earlier` entries tell what the digests are that they
 * carry now; where they do not, the lockfile's history is asked. Changes nothing.
 */
export async function findStalePins(
  checkout: Pick<Checkout, "read" | "versionsOf">,
  contents: Contents,
  configured: Configured,
  survey: Survey,
  entries: Entries,
  earlier: readonly Entries[],
): Promise<StalePins> {
  const changesIn = async (file: string): Promise<readonly ReferenceChange[]> => {
    const bytes = (await checkout.read(file)) ?? new Uint8Array();
    const { changes } = rewritePins(file, bytes, survey, (image) => entries.get(image)?.digest);
    return changes.map(({ line, image, from, to }) => ({ file, line, image, from, to }));
  };
  const early = new Map<string, readonly ReferenceChange[]>();
  for await (const file of contents.eachContaining(MARKS))
    if (mayHoldPins(file, configured, survey)) early.set(file, await changesIn(file));
  const { files, untracked } = await filesWithPins(contents, configured, survey);
  const found: ReferenceChange[] = [];
  for (const file of files) found.push(...(early.get(file) ?? (await changesIn(file))));
  const history = await historyOf(checkout, configured, found, entries, earlier);
  const successorOf = successorsOf(entries, [...earlier, ...history]);
  const next = found.map((change) => ({ ...change, to: successorOf(change.image, change.from) }));
  return {
    files,
    untracked,
    changes: next.filter(
      (change): change is ReferenceChange => ![undefined, change.from].includes(change.to),
    ),
    lost: found.filter(({ image, from }) => successorOf(image, from) === undefined),
    elsewhere:
      entries.size === 0 ? [] : await findStaleElsewhere(checkout, contents, configured, survey, successorOf),
    successorOf,
  };
}

/** Earlier entries of images for several platforms, as far back as it takes to know what each of their pins carries. */
async function historyOf(
  checkout: Pick<Checkout, "versionsOf">,
  { lockfile: file }: Configured,
  found: readonly ReferenceChange[],
  entries: Entries,
  earlier: readonly Entries[],
): Promise<readonly Entries[]> {
  const unknown = ({ image, from }: ReferenceChange, known: readonly Entries[]) =>
    entries.get(image)?.platforms !== undefined && !isKnown(known, image, from);
  let left = found.filter((change) => unknown(change, [entries, ...earlier]));
  const history: Entries[] = [];
  if (left.length === 0) return history;
  for await (const { lockfile } of lockfileHistory(checkout, file, MOST_VERSIONS)) {
    history.push(lockfile.images);
    left = left.filter((change) => unknown(change, [lockfile.images]));
    if (left.length === 0) break;
  }
  return history;
}

/** Where pins can be: files of the working tree, and the declared Dockerfiles among them that git does not track. */
export async function filesWithPins(
  contents: Contents,
  configured: Configured,
  survey: Pick<Survey, "images" | "scanner">,
): Promise<Pick<StalePins, "files" | "untracked">> {
  const tracked = await contents.filesContaining(MARKS);
  const dockerfiles = new Set(
    [...survey.images.values()]
      .filter(({ image }) => image.dockerfileCommand === undefined)
      .map(({ image }) => image.dockerfile),
  );
  const untracked = await contents.untrackedOf([...dockerfiles]);
  const files = [...tracked, ...untracked].filter((file) => mayHoldPins(file, configured, survey));
  return { files, untracked };
}

function mayHoldPins(
  file: string,
  { lockfile }: Pick<Configured, "lockfile">,
  { scanner }: Pick<Survey, "scanner">,
): boolean {
  return file !== lockfile && scanner.isInScope(file);
}
