import type { Element } from "hast";
import { h } from "hastscript";
import type { ReferenceChange } from "../../model/run.ts";
import { printable } from "../printable.ts";
import { shortDigest } from "../short-digest.ts";

/** The digests that were written into files. */
export function referencesTable(references: readonly ReferenceChange[]): Element {
  const titles = ["File", "Line", "Image", "Digest"];
  return h(
    "table.references",
    h(
      "thead",
      h(
        "tr",
        titles.map((title) => h("th", { scope: "col" }, title)),
      ),
    ),
    h(
      "tbody",
      references.map(({ file, line, image, from, to }) =>
        h(
          "tr",
          h("td", printable(file)),
          h("td.number", String(line)),
          h("td", printable(image)),
          h("td.digest", { title: `${from} → ${to}` }, `${shortDigest(from)} → ${shortDigest(to)}`),
        ),
      ),
    ),
  );
}
