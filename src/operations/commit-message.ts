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
  readonly author: string | undefined;
}

/** One thing that has another digest now. */
interface Change {
  readonly name: string;
  readonly from: Digest | undefined;
  readonly to: Digest;
}

/** What a run's commit says: which images, and for each its old and new digest. */
export function commitText(
  style: CommitStyle,
  lockfile: Lockfile,
  changes: readonly ReferenceChange[],
  locks: ReadonlyMap<string, LockEntry>,
): CommitText {
  const images = new Map<string, Change>();
  for (const { image, from, to } of changes) images.set(image, { name: image, from, to });
  for (const [name, { digest: to }] of locks)
    images.set(name, { name, from: lockfile.images.get(name)?.digest, to });
  const changed = [...images.values()].filter(({ from, to }) => from !== to);
  const what = changed.length > 0 ? "digests" : "fingerprints";
  const names = changed.length > 0 ? changed.map(({ name }) => name) : [...locks.keys()];
  const usual = { few: `Update image ${what}: {images}`, many: `Update the ${what} of {images}` };
  return compose(style, { ...usual, noun: "images" }, names, changed);
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

function compose(
  { settings, author }: CommitStyle,
  { few, many, noun }: Usual,
  names: readonly string[],
  changes: readonly Change[],
): CommitText {
  const fill = (text: string, by: string) => text.replaceAll("{images}", () => by);
  const isShort = (text: string) => (text.split("\n", 1)[0] ?? "").length <= LONGEST_SUBJECT;
  const named = fill(settings.message ?? few, names.join(", "));
  const opening = isShort(named) ? named : fill(settings.message ?? many, `${names.length} ${noun}`);
  // A list: `name: value` lines would be trailers for git.
  const lines = changes.map(({ name, from, to }) => `- ${name}: ${from ?? "(none)"} -> ${to}`);
  const trailers = settings.trailers.map(({ key, value }) => `${key}: ${value}`);
  const paragraphs = [opening.trimEnd(), [...new Set(lines)].join("\n"), trailers.join("\n")];
  return {
    message: `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`,
    signoff: settings.signoff,
    ...(author === undefined ? {} : { author }),
  };
}
