import { updateLockfile, type LockEntry } from "../lockfile/lockfile.ts";
import type { Notice, ReferenceChange } from "../model/run.ts";
import type { Checkout, Contents, Revised } from "../ports.ts";
import { rewritePins } from "../references/rewrite-pins.ts";
import { MARKS } from "../references/marks.ts";
import { commitText } from "./commit-message.ts";
import type { StalePins } from "./find-stale-pins.ts";
import type { Survey } from "./survey.ts";
import type { Configured } from "./world.ts";

/** What goes into the lockfile. */
export interface NewEntries {
  readonly locks: ReadonlyMap<string, LockEntry>;
  /** The commit whose lockfile they are of, if it is not this one's. */
  readonly revision?: string | undefined;
}

/** Whether the digests are committed, and by whom. */
export interface CommitFlags {
  readonly commit: boolean;
  /** `Name <address>`; without one git's configuration says it. */
  readonly author?: string | undefined;
  /** The commit that a branch of the program's own begins at, if the commit is made for one. */
  readonly branchBase?: string | undefined;
}

/** What became of it. */
export interface Written {
  /** The pins that were changed: not those of files that were left as they are. */
  readonly references: readonly ReferenceChange[];
  readonly notices: readonly Notice[];
  /** Id of the commit that was made, the last one where there are several. */
  readonly commit?: string;
}

/** What is written to, and what is known of it. */
export interface Writable {
  readonly checkout: Pick<Checkout, "revise">;
  /** The working tree that the stale pins were found in. */
  readonly contents: Pick<Contents, "committedContaining">;
}

/**
 * Writes the digests that pins are to carry into the files that have them, and entries into the lockfile, and commits them:
 * in one step, or image by image where each is to have a commit of its own.
 */
export async function writeDigests(
  { checkout, contents }: Writable,
  configured: Configured,
  survey: Survey,
  stale: StalePins,
  entries: NewEntries,
  flags: CommitFlags,
): Promise<Written> {
  // What git alone has is changed by a commit alone.
  const committed = flags.commit ? await contents.committedContaining(MARKS) : [];
  const paths = [...new Set([...stale.files, ...committed])].filter(
    (path) => path !== configured.lockfile && survey.scanner.isInScope(path),
  );
  const steps = flags.commit && configured.commit.perImage ? imageByImage(survey, stale, entries) : [];
  const notices: Notice[] = [...untrackedNotices(stale, survey), ...lostNotices(stale)];
  const left = new Set<string>();
  let commit: string | undefined;
  // All of them again at last: what no image's step has changed.
  for (const step of [...steps, { stale, entries }]) {
    const revised = await writeStep(checkout, configured, survey, paths, step, flags);
    notices.push(...revisionNotices(revised));
    for (const { path } of revised.skipped) left.add(path);
    commit = revised.commit ?? commit;
  }
  const references = stale.changes.filter(({ file }) => !left.has(file));
  return { references, notices: distinct(notices), ...(commit === undefined ? {} : { commit }) };
}

/** What one commit is to hold. */
interface Step {
  readonly stale: Pick<StalePins, "changes" | "successorOf">;
  readonly entries: NewEntries;
}

async function writeStep(
  checkout: Writable["checkout"],
  configured: Configured,
  survey: Survey,
  paths: readonly string[],
  { stale, entries: { locks, revision } }: Step,
  { commit, author, branchBase }: CommitFlags,
): Promise<Revised> {
  const style = { settings: configured.commit, author, branchBase };
  return checkout.revise({
    paths,
    creates: locks.size > 0 ? [configured.lockfile] : [],
    rewrite: (path, bytes) => {
      if (path === configured.lockfile) return updateLockfile(bytes, locks);
      return bytes === undefined ? undefined : rewritePins(path, bytes, survey, stale.successorOf).bytes;
    },
    ...(commit ? { commit: commitText(style, survey.lockfile, stale.changes, locks, revision) } : {}),
  });
}

/** A step for each image that changes, dependencies first. */
function imageByImage(survey: Survey, stale: StalePins, { locks, revision }: NewEntries): readonly Step[] {
  const changed = survey.graph.order.filter(
    (image) => locks.has(image) || stale.changes.some((change) => change.image === image),
  );
  return changed.map((image) => ({
    stale: {
      changes: stale.changes.filter((change) => change.image === image),
      successorOf: (name, digest) => (name === image ? stale.successorOf(name, digest) : undefined),
    },
    entries: { locks: only(locks, image), revision },
  }));
}

function only<Value>(all: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  return new Map([...all].filter(([each]) => each === name));
}

function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()];
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
