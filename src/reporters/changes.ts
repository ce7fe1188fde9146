import type { ReferenceChange } from "../model/run.ts";
import { countOf } from "./amounts.ts";
import { byName } from "./order.ts";
import { printable } from "./printable.ts";

/** `12 pins in 7 files` and, for each file, where which image was pinned anew. */
export function changeLines(changes: readonly ReferenceChange[]): readonly string[] {
  if (changes.length === 0) return [];
  const files = groupBy(changes, "file");
  return [
    `${countOf(changes.length, "pin")} in ${countOf(files.length, "file")}:`,
    ...files.map(([file, inFile]) => `  ${printable(file)}  ${imagesIn(inFile)}`),
  ];
}

/** `base (line 1), tool (lines 4, 9)`. */
function imagesIn(changes: readonly ReferenceChange[]): string {
  const images = groupBy(changes, "image");
  return images
    .map(([image, ofImage]) => {
      const lines = [...new Set(ofImage.map(({ line }) => line))].toSorted((a, b) => a - b);
      return `${printable(image)} (${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")})`;
    })
    .join(", ");
}

/** The groups by name. (`Map.groupBy` needs Node 21.) */
function groupBy(changes: readonly ReferenceChange[], key: "file" | "image") {
  const groups = new Map<string, readonly ReferenceChange[]>();
  for (const change of changes) groups.set(change[key], [...(groups.get(change[key]) ?? []), change]);
  return byName([...groups]);
}
