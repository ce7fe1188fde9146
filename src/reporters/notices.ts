import type { ElsewhereNotice, Notice } from "../model/run.ts";
import { countOf, enumerate } from "./amounts.ts";
import { printable } from "./printable.ts";
import { shortDigest } from "./short-digest.ts";

const MOST_SHOWN = 5;

/** What a notice says to a person. */
export function noticeSentence(notice: Notice): string {
  switch (notice.kind) {
    case "stale-elsewhere":
    case "unread-submodules":
    case "illegible-names":
      return `${printable(elsewhereSentence(notice))}.`;
    case "not-committed":
      return `the changes are in the working tree and not committed: ${printable(notice.why)}.`;
    case "untracked-dockerfile":
      return `git does not track ${printable(notice.file)} yet: its digests were written, but not committed. Add it with \`git add\`.`;
    case "unpinned":
      return `${printable(notice.file)}:${notice.line} names ${printable(notice.reference)} without a digest: the build got it, the file is left as it is (\`manage-images pin\` would add it).`;
    case "lost-platform":
      return `${printable(notice.file)}:${notice.line} pins ${printable(notice.image)} for a platform that it is not built for any more (${shortDigest(notice.found)}): it is left as it is.`;
    case "fewer-platforms":
      return `${printable(notice.image)} is no longer for ${namesOf(notice.platforms)}, for which it was before: if that is not meant, add them to its \`platforms\`.`;
    case "left-stale":
      return `left stale, because they depend on what was built and were not selected: ${namesOf(notice.images)}.`;
    case "not-pushed":
      return "nothing was pushed, so there is no digest to be written.";
    case "forge":
      return `${printable(notice.message)}.`;
    case "no-digest":
      if (notice.revision !== undefined)
        return `the lockfile of ${notice.revision.slice(0, 12)} has no digest of ${namesOf(notice.images)}: what refers to them is left as it is.`;
      return `the lockfile has no digest of ${namesOf(notice.images)}: build with \`--image\` first, then there is one to be written.`;
    case "no-sizes":
      return `the sizes of ${namesOf(notice.images)} are not known: ${printable(notice.why)}`;
    case "skipped-file":
      return `${printable(notice.file)} was left as it is: ${printable(notice.why)}.`;
  }
}

/** What is to be known of files that no run writes to, without a full stop. */
export function elsewhereSentence(notice: ElsewhereNotice): string {
  switch (notice.kind) {
    case "stale-elsewhere":
      return `old digests in ${notice.where === "submodule" ? "submodules" : "files that git does not track"}, which no run writes to: ${listOf(notice.files)}`;
    case "unread-submodules":
      return `git cannot read ${listOf(notice.paths)}, so that nobody knows whether there are old digests`;
    case "illegible-names":
      return `there are digests in files that are not looked at, as their names are not UTF-8: ${listOf(notice.files)}`;
  }
}

/** The first of them, and how many more there are. */
function listOf(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_SHOWN);
  const left = paths.length - shown.length;
  return `${shown.join(", ")}${left > 0 ? ` and ${countOf(left, "other")}` : ""}`;
}

function namesOf(images: readonly string[]): string {
  return enumerate(images.map(printable));
}
