import cliTruncate from "cli-truncate";
import { formatRoughly, formatSeconds } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { interruptedLine, type Display, type Running } from "./display.ts";
import { countOutcomes } from "./outcomes.ts";
import { printable } from "./printable.ts";

/** What a frame is drawn on. */
export interface Canvas {
  /** No line is wider. */
  readonly columns: number;
  /** There are no more lines. */
  readonly rows: number;
  readonly colours: Colours;
}

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const FRAMES_PER_SECOND = 12.5;
const LONGEST_NAME = 32;
const SHORTEST_NAME = 8;
const LEAST_OF_STEP = 6;
/** What phase and time need beside a name. */
const BESIDE_NAME = 21;

/**
 * The lines that show a run at `now` (the clock's seconds): what is running, then one line of counts, with how long it still
 * takes if that is known. Pure.
 */
export function drawFrame(
  display: Display,
  now: number,
  canvas: Canvas,
  secondsLeft?: number,
): readonly string[] {
  if (canvas.rows < 1) return [];
  const { cyan, dim } = canvas.colours;
  // Plain text is cheaper to cut than coloured text, and a frame is drawn many times a second.
  const cut = (line: string) => cliTruncate(line, canvas.columns);
  const { lines, more } = runningLines(display, now, canvas);
  return [
    ...lines.map(cut).map((line) => cyan(line.slice(0, 1)) + line.slice(1)),
    ...[...more, statusLine(display, canvas.columns, secondsLeft)].map(cut).map(dim),
  ];
}

/** Each begins with its spinner. Where not all fit, `more` says how many are left out. */
function runningLines({ running }: Display, now: number, { rows, columns }: Canvas) {
  const shown = [...running].slice(0, running.size < rows ? running.size : Math.max(0, rows - 2));
  const longest = Math.max(SHORTEST_NAME, Math.min(LONGEST_NAME, columns - BESIDE_NAME));
  // The ends of names differ as often as their beginnings.
  const names = shown.map(([image]) => cliTruncate(printable(image), longest, { position: "middle" }));
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines = shown.map(([, image], index) =>
    runningLine((names[index] ?? "").padEnd(width), image, now, columns),
  );
  const left = running.size - shown.length;
  return { lines, more: left === 0 || rows < 2 ? [] : [`  … and ${left} more`] };
}

function runningLine(
  name: string,
  { phase, step = "", since }: Running,
  now: number,
  columns: number,
): string {
  const seconds = formatSeconds(now - since).padStart(6);
  const line = `${spinner(now)} ${name}  ${phase.padEnd(9)}  ${seconds}`;
  const hasRoom = line.length + 2 + LEAST_OF_STEP <= columns;
  return hasRoom ? `${line}  ${printable(step)}`.trimEnd() : line;
}

function spinner(now: number): string {
  return SPINNER.charAt(Math.floor(now * FRAMES_PER_SECOND) % SPINNER.length);
}

function statusLine(display: Display, columns: number, secondsLeft: number | undefined): string {
  switch (display.stage) {
    case "planning":
      return "planning…";
    case "interrupted":
      return interruptedLine(display);
    case "rewriting":
      return "writing the new digests…";
    case "working":
    case "done":
      return countsLine(display, columns, secondsLeft);
  }
}

/** The longest that fits: what runs can be seen, and need not be counted. */
function countsLine(
  { outcomes, running, waiting }: Display,
  columns: number,
  secondsLeft: number | undefined,
): string {
  const ended = outcomes.size === 0 ? [] : [countOutcomes([...outcomes.values()])];
  const rest = secondsLeft === undefined ? "" : formatRoughly(secondsLeft);
  const lines = [
    [
      ...ended,
      `${running.size} running`,
      `${waiting.size} waiting`,
      ...(rest === "" ? [] : [`about ${rest} left`]),
    ],
    [...ended, `${waiting.size} waiting`, ...(rest === "" ? [] : [`~${rest}`])],
  ].map((parts) => parts.join(", "));
  return lines.find((line) => line.length <= columns) ?? lines.at(-1) ?? "";
}
