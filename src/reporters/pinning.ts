import type { FileChange, PinnedReference, PinningResult, Refused } from "../model/pinning.ts";
import { countOf } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { noticeSentence } from "./notices.ts";
import { compareText } from "./order.ts";
import { printable } from "./printable.ts";
import { refusalSentence, refusedLines } from "./refusals.ts";
import { shortDigest } from "./short-digest.ts";
import { formatTable } from "./table.ts";

/** What `pin` or `update` did, or would do, for people. */
export function formatPinning(result: PinningResult, colours: Colours, command: "pin" | "update"): string {
  const { references, refused, notices, stale, commit } = result;
  const isDone = references.length === 0 && notices.length === 0;
  const sections = [
    isDone ? ["Nothing to do."] : referenceLines(references, colours, command),
    refused.length === 0 ? [] : [colours.yellow("left as they are:"), ...refusedLines(refused)],
    notices.map((notice) => `${colours.yellow("note:")} ${noticeSentence(notice)}`),
    commit === undefined ? [] : [`Committed as ${commit.slice(0, 12)}.`],
    stale.length === 0 ? [] : [`Next: build what is stale now: ${runOf(stale)}`],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

/** The same for other tools. `diff` is that of a dry run. */
export function formatPinningJson(result: PinningResult, diff?: string): string {
  const { references, refused, notices, stale, commit } = result;
  const value = {
    references: references.toSorted(byPlace),
    refused: refused.toSorted(byPlace).map((each) => ({ ...each, message: refusalSentence(each.why) })),
    notices,
    stale,
    commit,
    diff,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * What would change, as a unified diff with three lines around each change, bytes as they are. Empty where nothing does.
 */
export async function formatDiff(files: readonly FileChange[]): Promise<Buffer> {
  if (files.length === 0) return Buffer.alloc(0);
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  const patches = files.map(({ file, before, after }) => {
    const path = Buffer.from(file).toString("latin1");
    const [old, now] = [before, after].map((bytes) => Buffer.from(bytes).toString("latin1"));
    const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
    return createTwoFilesPatch(`a/${path}`, `b/${path}`, old ?? "", now ?? "", undefined, undefined, options);
  });
  return Buffer.from(patches.join(""), "latin1");
}

/** One row for each reference and its digests, with the places where it stands. */
function referenceLines(
  references: readonly PinnedReference[],
  colours: Colours,
  command: "pin" | "update",
): readonly string[] {
  if (references.length === 0) return [];
  const header = ["REFERENCE", ...(command === "pin" ? ["DIGEST"] : ["FROM", "TO"]), "FILES"];

  const rows = groupsOf(references).map(({ reference, from, to, places }) => [
    { text: printable(reference) },
    ...(command === "pin" ? [] : [{ text: from === undefined ? "" : shortDigest(from) }]),
    { text: shortDigest(to) },
    { text: places.map(printable).join(", ") },
  ]);
  const files = new Set(references.map(({ file }) => file)).size;
  return [
    `${countOf(references.length, "reference")} in ${countOf(files, "file")}:`,
    ...formatTable([header.map((text) => ({ text, paint: colours.dim })), ...rows]),
  ];
}

type Row = Pick<PinnedReference, "reference" | "from" | "to"> & { readonly places: readonly string[] };

function groupsOf(references: readonly PinnedReference[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { reference, from, to, file, line } of references.toSorted(byPlace)) {
    const key = `${reference} ${from ?? ""} ${to}`;
    const places = [...(rows.get(key)?.places ?? []), `${file}:${line}`];
    rows.set(key, { reference, ...(from === undefined ? {} : { from }), to, places });
  }
  return [...rows.values()].toSorted((a, b) => compareText(a.reference, b.reference));
}

function byPlace(a: PinnedReference | Refused, b: PinnedReference | Refused): number {
  return compareText(a.file, b.file) || a.line - b.line || compareText(a.reference, b.reference);
}

function runOf(images: readonly string[]): string {
  return `manage-images ${images.map((image) => `--image ${printable(image)}`).join(" ")}`;
}
