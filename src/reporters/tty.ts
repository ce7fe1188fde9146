import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import type { ImageResult, RunEvent } from "../model/run.ts";
import { formatSeconds } from "./amounts.ts";
import { createColours, type Colours } from "./colours.ts";
import { EMPTY_DISPLAY, nextDisplay } from "./display.ts";
import { drawFrame, type Canvas } from "./frame.ts";
import { failureLines, styleOf } from "./outcomes.ts";
import { printable } from "./printable.ts";
import { pulledLines } from "./pulled.ts";
import type { Output, Reporter } from "./reporter.ts";
import { shortDigest } from "./short-digest.ts";

const SECONDS_BETWEEN_FRAMES = 0.08;
const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const DO_NOT_WRAP = "\u001B[?7l";
const WRAP = "\u001B[?7h";

/** Shows what is running as a list that is redrawn in place; what is finished is printed above it, once. */
export function createTtyReporter({ stream, colour, clock, every, secondsLeft }: Output): Reporter {
  const colours = createColours(colour);
  // Its own cursor handling writes to the process's standard error, whatever the stream is.
  const list = createLogUpdate(withoutWrapping(stream), { showCursor: true });
  let display = EMPTY_DISPLAY;
  let drawn: readonly string[] = [];
  let columns = columnsOf(stream);
  let isOpen = true;
  const stopTimer = every(SECONDS_BETWEEN_FRAMES, draw);
  stream.write(HIDE_CURSOR);

  function draw(): void {
    if (columnsOf(stream) < columns) clear();
    columns = columnsOf(stream);
    drawn = drawFrame(display, clock.now(), canvasOf(stream, colours), secondsLeft?.());
    list(drawn.join("\n"));
  }

  function clear(): void {
    if (columnsOf(stream) < columns) {
      list.done();
      stream.write(eraseWrapped(drawn, columnsOf(stream)));
    } else list.clear();
    drawn = [];
  }

  function report(event: RunEvent): void {
    display = nextDisplay(display, event, clock.now());
    const lines = linesAbove(event, colours);
    if (lines.length === 0) return;
    clear();
    stream.write(lines.map((line) => `${line}\n`).join(""));
    if (isOpen) draw();
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    stopTimer();
    clear();
    stream.write(SHOW_CURSOR);
  }

  return Object.assign(
    (event: RunEvent) => {
      report(event);
      if (event.kind === "done") close();
    },
    { close },
  );
}

/** One column stays free, where some terminals wrap; one row, where the cursor stands. */
function canvasOf(stream: Output["stream"], colours: Colours): Canvas {
  return { columns: columnsOf(stream) - 1, rows: (stream.rows ?? 24) - 1, colours };
}

function columnsOf({ columns }: Output["stream"]): number {
  return columns ?? 80;
}

/**
 * What is written ends at the terminal's edge, one row for each line: a window may be narrower for a while before the program
 * is told, and each frame that was drawn meanwhile would leave rows behind.
 */
function withoutWrapping(stream: Output["stream"]): Output["stream"] {
  const write = (text: string) => stream.write(DO_NOT_WRAP + text + WRAP);
  return Object.assign(Object.create(stream) as Output["stream"], { write });
}

/** A terminal that becomes narrower wraps what stands in it: the lines take more rows than were written. */
function eraseWrapped(lines: readonly string[], columns: number): string {
  const rowsOf = (line: string) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns));
  const rows = lines.reduce((sum, line) => sum + rowsOf(line), 0);
  return rows === 0 ? "" : `\u001B[${rows}A\u001B[J`;
}

/** The lines that stay. */
function linesAbove(event: RunEvent, colours: Colours): readonly string[] {
  switch (event.kind) {
    case "finished":
      return finishedLines(event.image, event.result, colours);
    case "pulled":
      return pulledLines(event.pulled, colours);
    case "planned":
    case "place":
    case "phase":
    case "step":
    case "interrupted":
    case "rewriting":
    case "done":
      return [];
  }
}

function finishedLines(image: string, result: ImageResult, colours: Colours): readonly string[] {
  const { symbol, paint } = styleOf(result.outcome, colours);
  const line = `${paint(symbol)} ${colours.bold(printable(image))}  ${result.outcome}`;
  switch (result.outcome) {
    case "built":
    case "reused":
      return [[line, formatSeconds(result.seconds), ...digestOf(result)].join("  ")];
    case "failed":
      return [`${line}  ${formatSeconds(result.seconds)}`, ...failureLines(result)];
    case "skipped":
    case "aborted":
      return [result.error === undefined ? line : `${line}  ${colours.dim(printable(result.error))}`];
  }
}

function digestOf({ digest }: ImageResult): readonly string[] {
  return digest === undefined ? [] : [shortDigest(digest)];
}
