import { createHash } from "node:crypto";
import type { Element, ElementContent } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import { countOf } from "../amounts.ts";
import { printable } from "../printable.ts";

/** What runs in the browser, and how it looks. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** One page that needs nothing else. Its policy lets no script run but its own. */
export function formatDocument(
  title: string,
  { script, style }: PageFiles,
  ...body: readonly ElementContent[]
): string {
  return toHtml([
    { type: "doctype" },
    h("html", { lang: "en" }, [head(title, script, style), h("body", [...body, h("script", script)])]),
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

/** The page's title, what else is to be said at once, and the switch of its colours. */
export function pageHeader(title: string, ...content: readonly (ElementContent | string)[]): Element {
  return h("header", [
    h("h1", title),
    h("p", ...content),
    h("button#theme", { type: "button" }, "Dark or light"),
  ]);
}

/** Search and filter of the images, `label` says by what. */
export function toolbar(label: string, states: readonly string[], images: number): Element {
  return h("form.toolbar", { role: "search" }, [
    h("label", [
      "Search ",
      h("input#search", { type: "search", autocomplete: "off", ariaKeyShortcuts: "/" }),
    ]),
    h("label", [
      `${label} `,
      h("select#state", [h("option", { value: "" }, "all"), ...states.map((state) => h("option", state))]),
    ]),
    h("output#count", { ariaLive: "polite" }, countOf(images, "image")),
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

/** A part of the page with a heading. */
export function section(title: string, ...content: readonly ElementContent[]): Element {
  const id = title.toLowerCase();
  return h("section", { ariaLabelledBy: id }, [h("h2", { id }, title), ...content]);
}

/** The drawing of the graph, which is moved with the pointer, or made so small that it fits. */
export function graphSection(figure: Element): Element {
  return section(
    "Graph",
    h("button#fit", { type: "button", ariaPressed: "false" }, "Fit into the window"),
    scrolled("The graph", figure),
  );
}

/** What is wider than the window is moved by itself, with the keyboard, too. */
export function scrolled(label: string, content: Element): Element {
  return h("div.scrolled", { tabIndex: 0, role: "region", ariaLabel: label }, content);
}

/** A table whose body is the images', one `tbody` for each. */
export function imagesTableOf(titles: readonly string[], bodies: readonly Element[]): Element {
  const headings = titles.map((title) => h("th", { scope: "col" }, title));
  return h("table.images", h("thead", h("tr", headings)), ...bodies);
}

/** What a table says of an image: texts and elements, by what they are. Without any it is left out. */
export type Fact = readonly [name: string, values: readonly (ElementContent | string)[]];

/** All that is to be known of an image, folded. */
export function detailsOf(image: string, summary: string, facts: readonly Fact[]): Element {
  return h(
    "details",
    h("summary", h("span.sr", `${printable(image)}: `), summary),
    h(
      "dl",
      facts
        .filter(([, values]) => values.length > 0)
        .flatMap(([name, values]) => [
          h("dt", name),
          ...values.map((value) => h("dd", typeof value === "string" ? printable(value) : value)),
        ]),
    ),
  );
}

/** What an image is built on that the configuration does not declare. */
export function baseItem(base: {
  readonly reference: string;
  readonly where: string;
  readonly line: number;
}): Element {
  return h("span", h("code", printable(base.reference)), ` (${base.where}, line ${base.line})`);
}

/** A text as it stands in files, if there is one. */
export function codes(text: string | undefined): readonly Element[] {
  return text === undefined ? [] : [h("code", printable(text))];
}
