import type { Element } from "hast";
import { h } from "hastscript";
import type { Layout } from "../model/layout.ts";
import type { RecordedImage } from "../model/run-record.ts";
import type { Staleness } from "../model/staleness.ts";
import { countOf } from "./amounts.ts";
import { printable } from "./printable.ts";
import { reasonSentence } from "./reason-sentence.ts";
import { drawGraph } from "./report/graph-figure.ts";
import {
  baseItem,
  codes,
  detailsOf,
  formatDocument,
  graphSection,
  imagesTableOf,
  pageHeader,
  scrolled,
  section,
  toolbar,
  type PageFiles,
} from "./report/parts.ts";
import { anchorsOf, classOf } from "./report/shown.ts";

/** An image as the page of a graph shows it. */
export interface GraphPageImage extends Omit<RecordedImage, "decision" | "span"> {
  readonly staleness: Staleness;
  /** The lockfile's. */
  readonly digest?: string;
}

/** What the page of a graph is made of. */
export interface GraphPageParts extends PageFiles {
  readonly images: readonly GraphPageImage[];
  readonly layout: Layout;
  /** The version of the program. */
  readonly program: string;
}

const TITLES = ["Image", "State", "Why", "Dockerfile", "Built on"];

/** The images as one page that needs nothing else: the graph, and what there is to be known of each. */
export function formatGraphPage({ images, layout, program, ...files }: GraphPageParts): string {
  const states = [...new Set(images.map(({ staleness }) => staleness.state))].sort();
  const title = titleOf(images);
  return formatDocument(
    title,
    files,
    pageHeader(title, `manage-images ${program}`),
    h("main", [
      toolbar("State", states, images.length),
      graphSection(figure(images, layout)),
      section("Images", scrolled("The images", imagesTable(images))),
    ]),
  );
}

function titleOf(images: readonly GraphPageImage[]): string {
  const stale = images.filter(({ staleness }) => staleness.state === "stale").length;
  const all = countOf(images.length, "image");
  return stale === 0 ? all : `${all}, ${stale} not up to date`;
}

function figure(images: readonly GraphPageImage[], layout: Layout): Element {
  const anchors = anchorsOf({ images });
  const drawn = images.map(({ name, staleness: { state } }) => {
    return { name, title: state, classes: [classOf(state)], anchor: anchors.get(name) ?? "" };
  });
  return drawGraph(drawn, layout);
}

function imagesTable(images: readonly GraphPageImage[]): Element {
  const anchors = anchorsOf({ images });
  const link = (name: string): Element => {
    const anchor = anchors.get(name);
    // One that is not shown has no place to lead to.
    return anchor === undefined
      ? h("span", printable(name))
      : h("a", { href: `#${anchor}` }, printable(name));
  };
  const bodies = images.map((image) => {
    const anchor = anchors.get(image.name) ?? "";
    const data = {
      dataImage: anchor,
      dataState: image.staleness.state,
      dataText: searchedText(image),
    };
    const rest = h("td", { colSpan: TITLES.length }, restOf(image, link));
    return h("tbody", { id: anchor, ...data }, glanceRow(image, link), h("tr.rest", rest));
  });
  return imagesTableOf(TITLES, bodies);
}

function glanceRow(image: GraphPageImage, link: (name: string) => Element): Element {
  const { name, staleness, dependencies, dockerfile } = image;
  return h(
    "tr",
    h("th", { scope: "row" }, link(name)),
    h("td", h("span", { class: ["state", classOf(staleness.state)] }, staleness.state)),
    h("td.why", whyOf(staleness).join("; ")),
    h("td.why", printable(dockerfile)),
    h(
      "td.why",
      dependencies.flatMap((each, index) => [index === 0 ? "" : ", ", link(each)]),
    ),
  );
}

function whyOf(staleness: Staleness): readonly string[] {
  switch (staleness.state) {
    case "up to date":
      return [];
    case "stale":
      return staleness.reasons.map((reason) => printable(reasonSentence(reason)));
    case "unknown":
      return [printable(staleness.why)];
  }
}

function restOf(image: GraphPageImage, link: (name: string) => Element): Element {
  return detailsOf(image.name, "Details", [
    ["Dockerfile", [`${image.dockerfile}${image.target === undefined ? "" : `, target ${image.target}`}`]],
    ["Repository", [image.repository]],
    ["Built on", [...image.dependencies.map(link), ...image.bases.map(baseItem)]],
    ["Needed by", image.dependents.map(link)],
    ["Why", whyOf(image.staleness)],
    ["Digest", codes(image.digest)],
  ]);
}

function searchedText({ name, repository, dockerfile, digest = "" }: GraphPageImage): string {
  return [name, repository, dockerfile, digest].map(printable).join(" ").toLowerCase();
}
