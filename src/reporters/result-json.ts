import type { ImageResult, ReferenceChange, RunResult } from "../model/run.ts";
import { byName, compareText } from "./order.ts";

/** A result for other tools (the design's section 9): indented JSON with its keys in a stable order, and a final newline. */
export function formatResultJson({
  images,
  references,
  restored,
  notices,
  commit,
  requests,
}: RunResult): string {
  const results = byName(Object.entries(images)).map(
    ([image, result]) => [image, imageValue(result)] as const,
  );
  const value = {
    images: Object.fromEntries(results),
    references: references.toSorted(compareChanges).map(changeValue),
    restored: restored?.toSorted((a, b) => compareText(a.image, b.image)),
    notices,
    commit,
    requests,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The log's end is left out: `log` names the file. */
function imageValue({ seconds, sizes, ...rest }: ImageResult) {
  const { outcome, digest, previous, pushed, error, log } = rest;
  const rounded = Math.round(seconds * 1000) / 1000;
  return { outcome, digest, previous, sizes: sortedSizes(sizes), seconds: rounded, pushed, error, log };
}

function sortedSizes(sizes: ImageResult["sizes"]) {
  return sizes === undefined ? undefined : Object.fromEntries(byName(Object.entries(sizes)));
}

function compareChanges(a: ReferenceChange, b: ReferenceChange): number {
  return compareText(a.file, b.file) || a.line - b.line || compareText(a.image, b.image);
}

function changeValue({ file, line, image, from, to }: ReferenceChange) {
  return { file, line, image, from, to };
}
