import type { ImageResult, RunResult } from "../model/run.ts";
import { changeLines } from "./changes.ts";
import type { Colours } from "./colours.ts";
import { formatSeconds } from "./amounts.ts";
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
  const sections = [
    imageLines(images, colours),
    countLines(result),
    changeLines(result.references),
    result.notices.map((notice) => `${colours.yellow("note:")} ${noticeSentence(notice)}`),
    failedLines(images, colours),
    result.commit === undefined ? [] : [`Committed as ${result.commit.slice(0, 12)}.`],
    requestLines(result.requests ?? [], colours),
    nextStep(result),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function countLines({ images, references }: RunResult): readonly string[] {
  const outcomes = Object.values(images).map(({ outcome }) => outcome);
  if (outcomes.length > 0) return [`${countOutcomes(outcomes)}.`];
  return references.length > 0 ? [] : ["Nothing to do."];
}

function imageLines(images: readonly Named[], colours: Colours): readonly string[] {
  const header = ["IMAGE", "OUTCOME", "DIGEST", "TIME"].map((title) => ({ text: title, paint: colours.dim }));
  const rows = images.map(([image, result]) => [
    { text: printable(image) },
    { text: result.outcome, paint: styleOf(result.outcome, colours).paint },
    { text: digestCell(result) },
    { text: result.seconds === 0 ? "" : formatSeconds(result.seconds) },
  ]);
  return rows.length === 0 ? [] : formatTable([header, ...rows]);
}

function digestCell({ digest, previous }: ImageResult): string {
  if (digest === undefined) return "";
  if (previous === undefined) return `${shortDigest(digest)} (new)`;
  if (previous === digest) return `${shortDigest(digest)} (unchanged)`;
  return `${shortDigest(previous)} → ${shortDigest(digest)}`;
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
