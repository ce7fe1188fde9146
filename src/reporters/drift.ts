/** What a check found: for people, for other tools, and as annotations of a GitHub workflow. */
import type { Checked, Drift } from "../model/drift.ts";
import { countOf, enumerate } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import {
  checkNoticeSentence,
  commandsFor,
  driftSentence,
  formatRemedy,
  remedyOf,
} from "./drift-sentences.ts";
import { printable } from "./printable.ts";
import { workflowCommand } from "./workflow-command.ts";

/** A line for each drift, files with several apart, and at the end what to do. */
export function formatDrift({ drift, notices }: Checked, colours: Colours): string {
  const unlocked = drift.filter(hasNoEntry);
  const groups = new Map<string, string[]>();
  for (const each of drift) {
    const lines = groups.get(each.file) ?? [];
    lines.push(...driftLines(each, unlocked, colours));
    groups.set(each.file, lines);
  }
  const noted = notices.map(
    (notice) => `${colours.yellow("note:")} ${printable(checkNoticeSentence(notice))}`,
  );
  return [...joinSingles([...groups.values()]), noted, summaryLines(drift, colours)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

/** Neighbours of a line each become one group. */
function joinSingles(groups: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const joined: string[][] = [];
  let isOpen = false;
  for (const lines of groups) {
    const isSingle = lines.length === 1;
    if (isSingle && isOpen) joined.at(-1)?.push(...lines);
    else joined.push([...lines]);
    isOpen = isSingle;
  }
  return joined;
}

/** The design's section 7 as JSON, with a final newline. */
export function formatDriftJson({ drift, notices }: Checked): string {
  return `${JSON.stringify({ drift: drift.map(driftValue), notices }, undefined, 2)}\n`;
}

/** Annotations of a GitHub workflow, and the summary. */
export function formatDriftForGitHub({ drift, notices }: Checked, colours: Colours): string {
  const errors = drift.map((each) => {
    const { file, line, column, kind } = each;
    const properties = { file, line, col: column, title: `${TITLE}: ${kind}` };
    return workflowCommand("error", properties, `${driftSentence(each)} → ${formatRemedy(remedyOf(each))}`);
  });
  const noted = notices.map((notice) =>
    workflowCommand("notice", { title: `${TITLE}: ${notice.kind}` }, checkNoticeSentence(notice)),
  );
  return [...errors, ...noted, ...summaryLines(drift, colours)].map((line) => `${line}\n`).join("");
}

const TITLE = "manage-images check";

/** Before a first run no image has an entry: that is one thing to say. */
function driftLines(drift: Drift, unlocked: readonly Unlocked[], colours: Colours): readonly string[] {
  if (!hasNoEntry(drift) || unlocked.length === 1)
    return [driftLine(drift, driftSentence(drift), formatRemedy(remedyOf(drift)), colours)];
  if (drift !== unlocked[0]) return [];
  const [command = ""] = commandsFor(unlocked);
  const images = `${countOf(unlocked.length, "image")}: ${enumerate(unlocked.map(({ image }) => image))}`;
  return [driftLine(drift, `the lockfile has no entry of ${images}`, command, colours)];
}

type Unlocked = Extract<Drift, { readonly kind: "unlocked-image" }>;

function hasNoEntry(drift: Drift): drift is Drift & Unlocked {
  return drift.kind === "unlocked-image" && drift.found === undefined;
}

function driftLine(
  { file, line, column }: Drift,
  sentence: string,
  remedy: string,
  colours: Colours,
): string {
  const place = colours.bold(`${printable(file)}:${line}:${column}`);
  return `${place}  ${printable(sentence)}  → ${colours.cyan(printable(remedy))}`;
}

function summaryLines(drift: readonly Drift[], colours: Colours): readonly string[] {
  if (drift.length === 0) return [colours.green("Nothing has drifted.")];
  const files = new Set(drift.map(({ file }) => file));
  const commands = commandsFor(drift).map((command) => `\`${command}\``);
  const isByHand = drift.some((each) => remedyOf(each).kind === "edit");
  const steps = [...(isByHand ? ["edit what no command mends"] : []), ...commands];
  const where = `${countOf(drift.length, "drift")} in ${countOf(files.size, "file")}.`;
  return [`${colours.red(where)} Next: ${enumerate(steps)}.`];
}

/** What was found and what should be are texts: digests, references, names. */
function driftValue(drift: Drift) {
  const { kind, file, line, column } = drift;
  return {
    kind,
    file,
    line,
    column,
    ...("image" in drift ? { image: drift.image } : {}),
    ...("found" in drift ? { found: drift.found } : {}),
    ...("expected" in drift ? { expected: drift.expected } : {}),
    ...("dependency" in drift ? { dependency: drift.dependency } : {}),
    ...("candidates" in drift ? { candidates: drift.candidates } : {}),
    ...("reasons" in drift ? { reasons: drift.reasons } : {}),
    message: driftSentence(drift),
    remedy: formatRemedy(remedyOf(drift)),
  };
}
