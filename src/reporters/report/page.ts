/**
 * A run as one page that needs nothing else: no network, no files. What comes from outside is text in it, whatever it says; the
 * page's policy lets no script run but its own.
 */
import type { Element } from "hast";
import { h } from "hastscript";
import type { Layout } from "../../model/layout.ts";
import type { RunRecord } from "../../model/run-record.ts";
import { countOf, formatSeconds } from "../amounts.ts";
import { noticeSentence } from "../notices.ts";
import { countOutcomes } from "../outcomes.ts";
import { printable } from "../printable.ts";
import { formatResultJson } from "../result-json.ts";
import { graphFigure } from "./graph-figure.ts";
import { imagesTable, type LogText } from "./image-rows.ts";
import {
  formatDocument,
  graphSection,
  pageHeader,
  scrolled,
  section,
  toolbar,
  type PageFiles,
} from "./parts.ts";
import { referencesTable } from "./references-table.ts";
import { stateOf, type State } from "./shown.ts";
import { boundOf, timeFigure } from "./time-figure.ts";

/** What a page is made of. */
export interface PageParts extends PageFiles {
  readonly record: RunRecord;
  readonly layout: Layout;
  /** By image. */
  readonly logs: ReadonlyMap<string, LogText>;
}

/** The page's HTML. */
export function formatPage({ record, layout, logs, ...files }: PageParts): string {
  const { result } = record;
  const states = [...new Set(record.images.map((image): State => stateOf(image, record)))].sort();
  return formatDocument(
    titleOf(record),
    files,
    header(record),
    h("main", [
      toolbar("Outcome", states, record.images.length),
      section("Time", boundText(record), timeFigure(record)),
      graphSection(graphFigure(record, layout)),
      section("Images", scrolled("The images", imagesTable(record, logs))),
      section("References", references(record)),
      ...notes(record),
    ]),
    // A `<` would end the element, or begin a comment.
    h("script#result", { type: "application/json" }, formatResultJson(result).replaceAll("<", "\\u003c")),
  );
}

function titleOf({ result }: RunRecord): string {
  const outcomes = Object.values(result.images).map(({ outcome }) => outcome);
  return outcomes.length === 0 ? "Nothing was to be done" : countOutcomes(outcomes);
}

function header(record: RunRecord): Element {
  const { date, seconds, program, concurrency, result } = record;
  return pageHeader(
    titleOf(record),
    h("time", { dateTime: date }, `${date.slice(0, 16).replace("T", " ")} UTC`),
    `, ${formatSeconds(seconds)} in ${countOf(concurrency, "place")}`,
    result.commit === undefined ? "" : h("span", [", committed as ", h("code", result.commit.slice(0, 12))]),
    `, manage-images ${program}`,
  );
}

function references({ result }: RunRecord): Element {
  return result.references.length === 0
    ? h("p", "No reference was changed.")
    : scrolled("The references", referencesTable(result.references));
}

function notes({ result }: RunRecord): readonly Element[] {
  const items = result.notices.map((notice) => h("li", noticeSentence(notice)));
  return items.length === 0 ? [] : [section("Notes", h("ul", items))];
}

function boundText(record: RunRecord): Element {
  const { bound, seconds, concurrency } = record;
  if (bound.chain.length === 0) return h("p", "Nothing was made.");
  const chain = bound.chain.map(printable).join(" → ");
  return h("p", [
    `The run took ${formatSeconds(seconds)}. With these builds no order of them takes less than ${formatSeconds(boundOf(record))}: `,
    `the longest chain, ${chain}, takes ${formatSeconds(bound.chainSeconds)}, `,
    `and all builds, shared among ${countOf(concurrency, "place")}, ${formatSeconds(bound.shareSeconds)}. `,
    "The chain is framed below; the dashed line is the bound; the thin bars are pushes.",
  ]);
}
