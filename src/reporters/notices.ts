import type { Notice } from "../model/run.ts";
import { enumerate } from "./amounts.ts";
import { printable } from "./printable.ts";

/** What a notice says to a person. */
export function noticeSentence(notice: Notice): string {
  switch (notice.kind) {
    case "not-committed":
      return `the changes are in the working tree and not committed: ${printable(notice.why)}.`;
    case "untracked-dockerfile":
      return `git does not track ${printable(notice.file)} yet: its digests were written, but not committed. Add it with \`git add\`.`;
    case "unpinned":
      return `${printable(notice.file)}:${notice.line} names ${printable(notice.reference)} without a digest: the build got it, the file is left as it is (\`manage-images pin\` would add it).`;
    case "left-stale":
      return `left stale, because they depend on what was built and were not selected: ${namesOf(notice.images)}.`;
    case "not-pushed":
      return "nothing was pushed, so there is no digest to be written.";
    case "forge":
      return `${printable(notice.message)}.`;
    case "no-digest":
      return `the lockfile has no digest of ${namesOf(notice.images)}: build with \`--image\` first, then there is one to be written.`;
    case "skipped-file":
      return `${printable(notice.file)} was left as it is: ${printable(notice.why)}.`;
  }
}

function namesOf(images: readonly string[]): string {
  return enumerate(images.map(printable));
}
