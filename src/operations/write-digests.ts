import { updateLockfile, type LockEntry } from "../lockfile/lockfile.ts";
import type { Notice } from "../model/run.ts";
import type { Checkout, Revised } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/scanner.ts";
import { commitMessage } from "./commit-message.ts";
import type { StalePins } from "./find-stale-pins.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** What goes into the lockfile. */
export interface NewEntries {
  readonly locks: ReadonlyMap<string, LockEntry>;
  /** The commit whose lockfile they are of, if it is not this one's. */
  readonly revision?: string | undefined;
}

/** What became of it. */
export interface Written {
  readonly notices: readonly Notice[];
  /** Id of the commit that was made. */
  readonly commit?: string;
}

/**
 * Writes the digests that pins are to carry into the files that have them, and entries into the lockfile, in one step, and
 * commits them.
 */
export async function writeDigests(
  checkout: Pick<Checkout, "committedContaining" | "revise">,
  configured: Configured,
  survey: Survey,
  stale: StalePins,
  { locks, revision }: NewEntries,
  { commit }: { readonly commit: boolean },
): Promise<Written> {
  const committed = await checkout.committedContaining(MARKS);
  const revised = await checkout.revise({
    paths: [...new Set([...stale.files, ...committed])].filter(
      (path) => path !== configured.lockfile && survey.scanner.isInScope(path),
    ),
    creates: locks.size > 0 ? [configured.lockfile] : [],
    rewrite: (path, bytes) => {
      if (path === configured.lockfile) return updateLockfile(bytes, locks);
      return bytes === undefined ? undefined : rewritePins(path, bytes, survey, stale.successorOf).bytes;
    },
    ...(commit ? { message: commitMessage(survey.lockfile, stale.changes, locks, revision) } : {}),
  });
  return {
    notices: [...untrackedNotices(stale, survey), ...lostNotices(stale), ...revisionNotices(revised)],
    ...(revised.commit === undefined ? {} : { commit: revised.commit }),
  };
}

function untrackedNotices(stale: StalePins, survey: Survey): readonly Notice[] {
  return [...survey.images.values()]
    .filter(({ image }) => stale.untracked.includes(image.dockerfile))
    .filter(({ image }) => stale.changes.some(({ file }) => file === image.dockerfile))
    .map(({ image }) => ({ kind: "untracked-dockerfile", file: image.dockerfile, image: image.name }));
}

function lostNotices({ lost }: StalePins): readonly Notice[] {
  return lost.map(({ file, line, image, from }) => ({
    kind: "lost-platform",
    file,
    line,
    image,
    found: from,
  }));
}

/** What the user should know of a revision. */
export function revisionNotices({ skipped, notCommitted }: Revised): readonly Notice[] {
  const files = skipped.map(({ path, why }): Notice => ({ kind: "skipped-file", file: path, why }));
  return notCommitted === undefined ? files : [...files, { kind: "not-committed", why: notCommitted }];
}
