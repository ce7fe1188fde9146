import cliTruncate from "cli-truncate";
import { formatSeconds } from "./amounts.ts";
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

/** The lines that show a run at `now` (the clock's seconds): what is running, then one line of counts. Pure. */
export function drawFrame(display: Display, now: number, canvas: Canvas): readonly string[] {
  if (canvas.rows < 1) return [];
  const { cyan, dim } = canvas.colours;
  // Plain text is cheaper to cut than coloured text, and a frame is drawn many times a second.
  const cut = (line: string) => cliTruncate(line, canvas.columns);
  const { lines, more } = runningLines(display, now, canvas.rows);
  return [
    ...lines.map(cut).map((line) => cyan(line.slice(0, 1)) + line.slice(1)),
    ...[...more, statusLine(display)].map(cut).map(dim),
  ];
}

/** Each begins with its spinner. Where not all fit, `more` says how many are left out. */
function runningLines({ running }: Display, now: number, rows: number) {
  const shown = [...running].slice(0, running.size < rows ? running.size : Math.max(0, rows - 2));
  const names = shown.map(([image]) => cliTruncate(printable(image), LONGEST_NAME));
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines = shown.map(([, image], index) => runningLine((names[index] ?? "").padEnd(width), image, now));
  const left = running.size - shown.length;
  return { lines, more: left === 0 || rows < 2 ? [] : [`  … and ${left} more`] };
}

function runningLine(name: string, { phase, step = "", since }: Running, now: number): string {
  const seconds = formatSeconds(now - since).padStart(6);
  return `${spinner(now)} ${name}  ${phase.padEnd(9)}  ${seconds}  ${printable(step)}`.trimEnd();
}

function spinner(now: number): string {
  return SPINNER.charAt(Math.floor(now * FRAMES_PER_SECOND) % SPINNER.length);
}

function statusLine(display: Display): string {
  switch (display.stage) {
    case "planning":
      return "planning…";
    case "interrupted":
      return interruptedLine(display);
    case "rewriting":
      return "writing the new digests…";
    case "working":
    case "done":
      return countsLine(display);
  }
}

function countsLine({ outcomes, running, waiting }: Display): string {
  const parts = outcomes.size === 0 ? [] : [countOutcomes([...outcomes.values()])];
  return [...parts, `${running.size} running`, `${waiting.size} waiting`].join(", ");
}
