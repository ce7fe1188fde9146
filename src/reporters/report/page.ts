/**
 * A run as one page that needs nothing else: no network, no files. What comes from outside is text in it, whatever it says; the
 * page's policy lets no script run but its own.
 */
import { createHash } from "node:crypto";
import type { Element, ElementContent } from "hast";
import { toHtml } from "hast-util-to-html";
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
import { referencesTable } from "./references-table.ts";
import { stateOf, type State } from "./shown.ts";
import { boundOf, timeFigure } from "./time-figure.ts";

/** What a page is made of. */
export interface PageParts {
  readonly record: RunRecord;
  readonly layout: Layout;
  /** By image. */
  readonly logs: ReadonlyMap<string, LogText>;
  /** What runs in the browser, and how it looks. */
  readonly script: string;
  readonly style: string;
}

/** The page's HTML. */
export function formatPage({ record, layout, logs, script, style }: PageParts): string {
  const { result } = record;
  return toHtml([
    { type: "doctype" },
    h("html", { lang: "en" }, [
      head(titleOf(record), script, style),
      h("body", [
        header(record),
        h("main", [
          toolbar(record),
          section("Time", boundText(record), timeFigure(record)),
          section(
            "Graph",
            h("button#fit", { type: "button", ariaPressed: "false" }, "Fit into the window"),
            scrolled("The graph", graphFigure(record, layout)),
          ),
          section("Images", scrolled("The images", imagesTable(record, logs))),
          section(
            "References",
            result.references.length === 0
              ? h("p", "No reference was changed.")
              : scrolled("The references", referencesTable(result.references)),
          ),
          ...(result.notices.length === 0
            ? []
            : [
                section(
                  "Notes",
                  h(
                    "ul",
                    result.notices.map((notice) => h("li", noticeSentence(notice))),
                  ),
                ),
              ]),
        ]),
        // A `<` would end the element, or begin a comment.
        h("script#result", { type: "application/json" }, formatResultJson(result).replaceAll("<", "\\u003c")),
        h("script", script),
      ]),
    ]),
  ]);
}

function head(title: string, script: string, style: string): Element {
  const policy = `default-src 'none'; img-src data:; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return h("head", [
    h("meta", { charSet: "utf-8" }),
    h("meta", { httpEquiv: "Content-Security-Policy", content: policy }),
    h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    h("link", { rel: "icon", href: "data:," }),
    h("title", title),
    h("style", style),
  ]);
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function titleOf({ result }: RunRecord): string {
  const outcomes = Object.values(result.images).map(({ outcome }) => outcome);
  return outcomes.length === 0 ? "Nothing was to be done" : countOutcomes(outcomes);
}

function header(record: RunRecord): Element {
  const { date, seconds, program, concurrency, result } = record;
  return h("header", [
    h("h1", titleOf(record)),
    h("p", [
      h("time", { dateTime: date }, `${date.slice(0, 16).replace("T", " ")} UTC`),
      `, ${formatSeconds(seconds)} in ${countOf(concurrency, "place")}`,
      result.commit === undefined
        ? ""
        : h("span", [", committed as ", h("code", result.commit.slice(0, 12))]),
      `, manage-images ${program}`,
    ]),
    h("button#theme", { type: "button" }, "Dark or light"),
  ]);
}

function section(title: string, ...content: readonly ElementContent[]): Element {
  const id = title.toLowerCase();
  return h("section", { ariaLabelledBy: id }, [h("h2", { id }, title), ...content]);
}

/** What is wider than the window is moved by itself, with the keyboard, too. */
function scrolled(label: string, content: Element): Element {
  return h("div.scrolled", { tabIndex: 0, role: "region", ariaLabel: label }, content);
}

function toolbar(record: RunRecord): Element {
  const states = [...new Set(record.images.map((image): State => stateOf(image, record)))].sort();
  return h("form.toolbar", { role: "search" }, [
    h("label", [
      "Search ",
      h("input#search", { type: "search", autocomplete: "off", ariaKeyShortcuts: "/" }),
    ]),
    h("label", [
      "Outcome ",
      h("select#state", [h("option", { value: "" }, "all"), ...states.map((state) => h("option", state))]),
    ]),
    h("output#count", { ariaLive: "polite" }, countOf(record.images.length, "image")),
    h("p.keys", [
      h("kbd", "/"),
      " search, ",
      h("kbd", "j"),
      " and ",
      h("kbd", "k"),
      " next and previous, ",
      h("kbd", "Enter"),
      " details, ",
      h("kbd", "Esc"),
      " all",
    ]),
  ]);
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
