import type { ImageSize } from "../model/image-size.ts";
import type { ImageResult, RunResult } from "../model/run.ts";
import { changeLines } from "./changes.ts";
import type { Colours } from "./colours.ts";
import { formatBytes, formatSeconds } from "./amounts.ts";
import { nextStep } from "./next-step.ts";
import { noticeSentence } from "./notices.ts";
import { countOutcomes, styleOf } from "./outcomes.ts";
import { requestLines } from "./requests.ts";
import { printable } from "./printable.ts";
import { byName } from "./order.ts";
import { shortDigest } from "./short-digest.ts";
import { formatTable } from "./table.ts";

type Named = readonly [image: string, result: ImageResult];

/** The end of a run for people: the images, what was written and committed, what to know, and what to do next. */
export function formatSummary(result: RunResult, colours: Colours): string {
  const images = byName(Object.entries(result.images));
  return formatSections([
    imageLines(images, colours),
    ...writtenSections(result, colours),
    failedLines(images, colours),
    result.commit === undefined ? [] : [`Committed as ${result.commit.slice(0, 12)}.`],
    requestLines(result.requests ?? [], colours),
    nextStep(result),
  ]);
}

/** What would be written by a run that builds nothing. */
export function formatForesight(result: RunResult, colours: Colours): string {
  return formatSections(writtenSections(result, colours));
}

function writtenSections(result: RunResult, colours: Colours): readonly (readonly string[])[] {
  return [
    countLines(result),
    changeLines(result.references),
    restoredLines(result),
    result.notices.map((notice) => `${colours.yellow("note:")} ${noticeSentence(notice)}`),
  ];
}

function formatSections(sections: readonly (readonly string[])[]): string {
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function countLines({ images, references, restored = [], requests = [] }: RunResult): readonly string[] {
  const outcomes = Object.values(images).map(({ outcome }) => outcome);
  if (outcomes.length > 0) return [`${countOutcomes(outcomes)}.`];
  return references.length + restored.length + requests.length > 0 ? [] : ["Nothing to do."];
}

function imageLines(images: readonly Named[], colours: Colours): readonly string[] {
  const hasSizes = images.some(([, { sizes }]) => sizes !== undefined);
  const titles = ["IMAGE", "OUTCOME", "DIGEST", "TIME", ...(hasSizes ? ["SIZE"] : [])];
  const header = titles.map((title) => ({ text: title, paint: colours.dim }));
  const rows = images.map(([image, result]) => [
    { text: printable(image) },
    { text: result.outcome, paint: styleOf(result.outcome, colours).paint },
    { text: digestCell(result) },
    { text: result.seconds === 0 ? "" : formatSeconds(result.seconds) },
    { text: sizeCell(result) },
  ]);
  return rows.length === 0 ? [] : formatTable([header, ...rows]);
}

/** What became of a digest: `old → new`, or that it is new or as it was. */
export function digestCell({ digest, previous }: Pick<ImageResult, "digest" | "previous">): string {
  if (digest === undefined) return "";
  if (previous === undefined) return `${shortDigest(digest)} (new)`;
  if (previous === digest) return `${shortDigest(digest)} (unchanged)`;
  return `${shortDigest(previous)} → ${shortDigest(digest)}`;
}

function restoredLines({ restored = [] }: RunResult): readonly string[] {
  if (restored.length === 0) return [];
  const lines = restored.map(({ image, from, to }) => {
    const digests = digestCell({ ...(from === undefined ? {} : { previous: from }), digest: to });
    return `  ${printable(image)}  ${digests}`;
  });
  return ["In the lockfile:", ...lines];
}

/** `4.2 MB (+0.1 MB)`; with the platforms, if there are several. */
export function sizeCell({ sizes = {} }: ImageResult): string {
  const platforms = byName(Object.entries(sizes));
  return platforms
    .map(([platform, size]) => {
      const name = platforms.length > 1 ? `${printable(platform)} ` : "";
      return `${name}${formatBytes(size.bytes)}${changeOf(size)}`;
    })
    .join(", ");
}

function changeOf({ bytes, previous = bytes }: ImageSize): string {
  if (bytes === previous) return "";
  return ` (${bytes > previous ? "+" : "-"}${formatBytes(Math.abs(bytes - previous))})`;
}

/** Why images failed, shortly: the log's end was shown when it happened. */
function failedLines(images: readonly Named[], colours: Colours): readonly string[] {
  return images
    .filter(([, { outcome }]) => outcome === "failed")
    .flatMap(([image, { error = "", log }]) => [
      `${colours.red("failed:")} ${printable(image)}: ${printable(error.split("\n", 1).join(""))}`,
      ...(log === undefined ? [] : [`  log: ${printable(log)}`]),
    ]);
}
