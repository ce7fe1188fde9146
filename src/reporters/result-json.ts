import type { ImageResult, ReferenceChange, RunResult } from "../model/run.ts";
import { byName, compareText } from "./order.ts";

/** A result for other tools (the design's section 9): indented JSON with its keys in a stable order, and a final newline. */
export function formatResultJson({ images, references, notices, commit, requests }: RunResult): string {
  const results = byName(Object.entries(images)).map(
    ([image, result]) => [image, imageValue(result)] as const,
  );
  const value = {
    images: Object.fromEntries(results),
    references: references.toSorted(compareChanges).map(changeValue),
    notices,
    commit,
    requests,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The log's end is left out: `log` names the file. */
function imageValue({ outcome, digest, previous, seconds, pushed, error, log }: ImageResult) {
  return { outcome, digest, previous, seconds: Math.round(seconds * 1000) / 1000, pushed, error, log };
}

function compareChanges(a: ReferenceChange, b: ReferenceChange): number {
  return compareText(a.file, b.file) || a.line - b.line || compareText(a.image, b.image);
}

function changeValue({ file, line, image, from, to }: ReferenceChange) {
  return { file, line, image, from, to };
}
