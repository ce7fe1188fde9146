import type { ImageResult, RunResult } from "../model/run.ts";

/** What a person does after a run, one line for each thing. */
export function nextStep(result: RunResult): readonly string[] {
  return [...committing(result), ...repeating(result)].map((line) => `Next: ${line}`);
}

function committing({
  images,
  references,
  restored = [],
  notices,
  commit,
  requests,
}: RunResult): readonly string[] {
  if (requests !== undefined) return [];
  if (commit !== undefined) return ["`git push`."];
  const isWritten =
    references.length > 0 ||
    restored.length > 0 ||
    notices.some(({ kind }) => kind === "not-committed") ||
    isPinned(Object.values(images));
  return isWritten ? ["look at the changes with `git diff`, and commit them."] : [];
}

/** A run that ended well with new digests has written them, if only into the lockfile. */
function isPinned(images: readonly ImageResult[]): boolean {
  const hasEndedWell = images.every(({ outcome }) => outcome === "built" || outcome === "reused");
  return hasEndedWell && images.some(({ digest, previous }) => digest !== undefined && digest !== previous);
}

function repeating(result: RunResult): readonly string[] {
  const images = Object.values(result.images);
  if (images.some(({ outcome }) => outcome === "failed")) {
    return ["fix what failed and run the same command again; what was pushed is kept."];
  }
  if (images.some(({ outcome }) => outcome === "aborted")) {
    return ["run the same command again; what was pushed is kept."];
  }
  if (images.length > 0 && result.notices.some(({ kind }) => kind === "not-pushed")) {
    return ["run the same command without `--no-push` to push the images and to write their digests."];
  }
  return [];
}
