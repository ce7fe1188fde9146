import type { LockEntry, Lockfile } from "../lockfile/lockfile.ts";
import type { CommitSettings, CommitText } from "../model/commit-settings.ts";
import type { Digest } from "../model/digest.ts";
import type { PinnedReference } from "../model/pinning.ts";
import type { ReferenceChange } from "../model/run.ts";

const LONGEST_SUBJECT = 72;

/** How a commit is made: as the configuration says it, by whom the command line says. */
export interface CommitStyle {
  readonly settings: CommitSettings;
  /** `Name <address>`. */
  readonly author?: string | undefined;
  /** The commit that a branch of the program's own begins at. */
  readonly branchBase?: string | undefined;
}

/** One thing that has another digest now. */
interface Change {
  readonly name: string;
  readonly from: Digest | undefined;
  readonly to: Digest;
}

/** What a run's commit says: which images, for each its old and new digest, and the commit they were taken from. */
export function commitText(
  style: CommitStyle,
  lockfile: Lockfile,
  changes: readonly ReferenceChange[],
  locks: ReadonlyMap<string, LockEntry>,
  revision?: string,
): CommitText {
  const images = new Map<string, Change>();
  for (const { image, from, to } of changes) images.set(image, { name: image, from, to });
  for (const [name, { digest: to }] of locks)
    images.set(name, { name, from: lockfile.images.get(name)?.digest, to });
  const changed = [...images.values()].filter(({ from, to }) => from !== to);
  const what = changed.length > 0 ? "digests" : "fingerprints";
  const names = changed.length > 0 ? changed.map(({ name }) => name) : [...locks.keys()];
  const source = revision === undefined ? "" : `They are those of ${revision}.`;
  return compose(style, usualOf(what), names, changed, source);
}

/** In one line what the commits of a request say together. `images` have new digests, or new fingerprints. */
export function requestSubject(
  settings: CommitSettings,
  what: "digests" | "fingerprints",
  images: readonly string[],
): string {
  return firstLine(openingOf(settings, usualOf(what), images));
}

/** What a commit of `pin` or `update` says: which references, and for each its old and new digest. */
export function pinningText(
  style: CommitStyle,
  verb: "Pin" | "Update",
  references: readonly PinnedReference[],
): CommitText {
  const names = [...new Set(references.map(({ reference }) => reference))];
  const changes = references.map(({ reference, from, to }) => ({ name: reference, from, to }));
  const usual = { few: `${verb} digests: {images}`, many: `${verb} the digests of {images}` };
  return compose(style, { ...usual, noun: "references" }, names, changes);
}

/** Subjects for a few names, which are told, and for many, which are counted. */
interface Usual {
  readonly few: string;
  readonly many: string;
  readonly noun: string;
}

function usualOf(what: "digests" | "fingerprints"): Usual {
  return { few: `Update image ${what}: {images}`, many: `Update the ${what} of {images}`, noun: "images" };
}

function compose(
  { settings, author, branchBase }: CommitStyle,
  usual: Usual,
  names: readonly string[],
  changes: readonly Change[],
  source = "",
): CommitText {
  const opening = openingOf(settings, usual, names);
  // A list: `name: value` lines would be trailers for git.
  const lines = changes.map(({ name, from, to }) => `- ${name}: ${from ?? "(none)"} -> ${to}`);
  const paragraphs = [opening.trimEnd(), [...new Set(lines)].join("\n"), source];
  return {
    message: `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`,
    trailers: settings.trailers,
    signoff: settings.signoff,
    ...(branchBase === undefined ? {} : { branchBase }),
    ...(author === undefined ? {} : { author }),
  };
}

function openingOf(settings: CommitSettings, { few, many, noun }: Usual, names: readonly string[]): string {
  const fill = (text: string, by: string) => text.replaceAll("{images}", () => by);
  const named = fill(settings.message ?? few, names.join(", "));
  const isShort = firstLine(named).length <= LONGEST_SUBJECT;
  return isShort ? named : fill(settings.message ?? many, `${names.length} ${noun}`);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
