import type { ImageResult, Outcome } from "../model/run.ts";
import type { Colours, Paint } from "./colours.ts";
import { logLine } from "./log-groups.ts";
import { printable, printableLines } from "./printable.ts";

/** How an outcome is drawn. */
export interface OutcomeStyle {
  readonly symbol: string;
  readonly paint: Paint;
}

/** The order in which outcomes are counted. */
const OUTCOMES: readonly Outcome[] = ["built", "reused", "failed", "skipped", "aborted"];

const LOG_TAIL = 20;

/** The symbol and colour of an outcome. */
export function styleOf(outcome: Outcome, colours: Colours): OutcomeStyle {
  switch (outcome) {
    case "built":
    case "reused":
      return { symbol: "✔", paint: colours.green };
    case "failed":
      return { symbol: "✖", paint: colours.red };
    case "skipped":
    case "aborted":
      return { symbol: "-", paint: colours.yellow };
  }
}

/** `3 built, 1 failed`: each outcome that occurs; `nothing to build` without any. */
export function countOutcomes(outcomes: readonly Outcome[]): string {
  const counts = OUTCOMES.map((outcome) => ({
    outcome,
    count: outcomes.filter((each) => each === outcome).length,
  }));
  const present = counts.filter(({ count }) => count > 0);
  return present.length === 0
    ? "nothing to build"
    : present.map(({ outcome, count }) => `${count} ${outcome}`).join(", ");
}

/** What there is to know about a failed image: why, the end of its log, and where the whole log is. */
export function failureLines({ error, log, logTail = [] }: ImageResult): readonly string[] {
  return [
    ...(error === undefined ? [] : printableLines(error).map((line) => `    ${line}`)),
    // The bar also keeps CI systems from taking a line of the log (`::warning::`) for a command to them.
    ...logTail.slice(-LOG_TAIL).map((line) => `    ${logLine(line)}`),
    ...(log === undefined ? [] : [`    log: ${printable(log)}`]),
  ];
}
