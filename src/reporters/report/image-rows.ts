import type { Element } from "hast";
import { h } from "hastscript";
import type { ImageResult } from "../../model/run.ts";
import type { RecordedImage, RunRecord } from "../../model/run-record.ts";
import { formatBytes, formatSeconds } from "../amounts.ts";
import { byName } from "../order.ts";
import { printable, printableLines } from "../printable.ts";
import { reasonSentence } from "../reason-sentence.ts";
import { shortDigest } from "../short-digest.ts";
import { digestCell, sizeCell } from "../summary.ts";
import { baseItem, codes, detailsOf, imagesTableOf, type Fact } from "./parts.ts";
import { anchorsOf, classOf, stateOf } from "./shown.ts";

/** What the page has of a build log: the end of it, and how many bytes stand before that. */
export interface LogText {
  readonly text: string;
  readonly omitted: number;
}

const TITLES = ["Image", "Outcome", "Why", "Digest", "Time", "Size"];

/** A table with two rows for each image: what there is to be seen at a glance, and all the rest, folded. */
export function imagesTable(record: RunRecord, logs: ReadonlyMap<string, LogText>): Element {
  const anchors = anchorsOf(record);
  const link = (name: string) => h("a", { href: `#${anchors.get(name) ?? ""}` }, printable(name));
  const bodies = record.images.map((image) => {
    const anchor = anchors.get(image.name) ?? "";
    const rest = restOf(image, record, logs.get(image.name), link);
    return h(
      "tbody",
      {
        id: anchor,
        dataImage: anchor,
        dataState: stateOf(image, record),
        dataText: searchedText(image, record),
      },
      glanceRow(image, record, anchor),
      h("tr.rest", h("td", { colSpan: TITLES.length }, rest)),
    );
  });
  return imagesTableOf(TITLES, bodies);
}

function glanceRow(image: RecordedImage, record: RunRecord, anchor: string): Element {
  const result = record.result.images[image.name];
  const state = stateOf(image, record);
  const why = (image.decision?.reasons ?? []).map(reasonSentence).join("; ");
  return h(
    "tr",
    h("th", { scope: "row" }, h("a", { href: `#${anchor}` }, printable(image.name))),
    h("td", h("span", { class: ["state", classOf(state)] }, state)),
    h("td.why", printable(result?.error?.split("\n", 1).join("") ?? why)),
    h("td.digest", digestText(image, result)),
    h("td.number", result === undefined || result.seconds === 0 ? "" : formatSeconds(result.seconds)),
    h("td.number", result === undefined ? "" : sizeCell(result)),
  );
}

function digestText({ decision }: RecordedImage, result: ImageResult | undefined): string {
  if (result !== undefined) return digestCell(result);
  return decision?.digest === undefined ? "" : shortDigest(decision.digest);
}

function searchedText(
  { name, repository, dockerfile, decision }: RecordedImage,
  { result }: RunRecord,
): string {
  const { digest = decision?.digest ?? "", previous = "" } = result.images[name] ?? {};
  return [name, repository, dockerfile, digest, previous].map(printable).join(" ").toLowerCase();
}

function restOf(
  image: RecordedImage,
  { result }: RunRecord,
  log: LogText | undefined,
  link: (name: string) => Element,
): Element {
  const its = result.images[image.name];
  const facts: readonly Fact[] = [
    ["Dockerfile", [`${image.dockerfile}${image.target === undefined ? "" : `, target ${image.target}`}`]],
    ["Repository", [image.repository]],
    ["Built on", [...image.dependencies.map(link), ...image.bases.map(baseItem)]],
    ["Needed by", image.dependents.map(link)],
    ["Why", (image.decision?.reasons ?? []).map((reason) => h("span", printable(reasonSentence(reason))))],
    ["Not tracked by git", (image.decision?.untracked ?? []).map((path) => h("code", printable(path)))],
    ["Digest before", codes(its?.previous)],
    ["Digest", codes(its?.digest ?? image.decision?.digest)],
    ["Fingerprint", codes(its?.fingerprint)],
    [
      "Size",
      byName(Object.entries(its?.sizes ?? {})).map(([platform, { bytes }]) =>
        h("span", `${printable(platform)} ${formatBytes(bytes)}`),
      ),
    ],
    ["When", image.span === undefined ? [] : [whenText(image.span)]],
    ["Error", its?.error === undefined ? [] : [h("pre", printableLines(its.error).join("\n"))]],
    [
      "Log",
      its?.log === undefined
        ? []
        : [h("code", printable(its.log)), ...(log === undefined ? [] : [logBlock(log)])],
    ],
  ];
  return detailsOf(image.name, its?.log === undefined ? "Details" : "Details and log", facts);
}

function whenText({ place, start, end, phases }: NonNullable<RecordedImage["span"]>): string {
  const steps = phases.map((each) => `${each.phase} from ${formatSeconds(each.start)}`);
  return [`from ${formatSeconds(start)} to ${formatSeconds(end)} in place ${place + 1}`, ...steps].join(", ");
}

function logBlock({ text, omitted }: LogText): Element {
  const lines = printableLines(text).join("\n");
  return h(
    "pre",
    { tabIndex: 0, role: "region", ariaLabel: "Build log" },
    omitted === 0 ? lines : `… ${formatBytes(omitted)} before this are in the file …\n${lines}`,
  );
}
