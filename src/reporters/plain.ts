import type { Decision, Plan } from "../model/plan.ts";
import type { ImageResult, RunEvent } from "../model/run.ts";
import { formatRoughly, formatSeconds } from "./amounts.ts";
import { createColours, type Colours } from "./colours.ts";
import { EMPTY_DISPLAY, interruptedLine, nextDisplay, type Display } from "./display.ts";
import { logGroup } from "./log-groups.ts";
import { countOutcomes, failureLines, styleOf } from "./outcomes.ts";
import { printable } from "./printable.ts";
import { pulledLines } from "./pulled.ts";
import type { LogGroups, Output, Reporter } from "./reporter.ts";
import { shortDigest } from "./short-digest.ts";

/** A CI system that hears nothing for minutes ends the job. */
const SECONDS_OF_SILENCE = 30;
const MOST_NAMED = 5;

/**
 * Shows a line for each event, without moving the cursor, and a sign of life after each half minute of silence. Where the
 * output can fold, an image's log follows its outcome; why it failed is never folded.
 */
export function createPlainReporter({ stream, colour, clock, every, secondsLeft, groups }: Output): Reporter {
  const colours = createColours(colour);
  let display = EMPTY_DISPLAY;
  let stopTimer = startTimer();

  function startTimer(): () => void {
    return every(SECONDS_OF_SILENCE, () =>
      stream.write(`${heartbeat(display, clock.now(), secondsLeft?.())}\n`),
    );
  }

  function report(event: RunEvent): void {
    display = nextDisplay(display, event, clock.now());
    const lines = linesOf(event, display, colours, groups);
    if (lines.length === 0) return;
    for (const line of lines) stream.write(`${line}\n`);
    stopTimer();
    if (display.stage !== "done") stopTimer = startTimer();
  }

  return Object.assign(report, {
    close: () => {
      stopTimer();
    },
  });
}

function linesOf(
  event: RunEvent,
  display: Display,
  colours: Colours,
  groups: LogGroups | undefined,
): readonly string[] {
  switch (event.kind) {
    case "planned":
      return [plannedLine(event.plan)];
    case "phase":
      return [`${printable(event.image)}: ${event.phase}`];
    case "place":
    case "step":
      return [];
    case "finished":
      return [
        ...finishedLines(event.image, event.result, colours),
        ...(groups === undefined ? [] : logGroup(event.image, event.result, groups)),
      ];
    case "pulled":
      return pulledLines(event.pulled, colours);
    case "interrupted":
      return [interruptedLine(display)];
    case "rewriting":
      return ["writing the new digests"];
    case "done":
      return [`done: ${countOutcomes(Object.values(event.result.images).map(({ outcome }) => outcome))}`];
  }
}

function plannedLine({ decisions }: Plan): string {
  const of = (action: Decision["action"]) => decisions.filter((each) => each.action === action).length;
  const reuses = of("reuse");
  return `${of("build")} to build, ${reuses > 0 ? `${reuses} to reuse, ` : ""}${of("up-to-date")} up to date`;
}

function finishedLines(image: string, result: ImageResult, colours: Colours): readonly string[] {
  const { paint } = styleOf(result.outcome, colours);
  const line = (text: string) => `${printable(image)}: ${paint(result.outcome)}${text}`;
  const seconds = formatSeconds(result.seconds);
  switch (result.outcome) {
    case "built":
    case "reused":
      return [line(`${result.digest === undefined ? "" : ` ${shortDigest(result.digest)}`} in ${seconds}`)];
    case "failed":
      return [line(` after ${seconds}`), ...failureLines(result)];
    case "skipped":
    case "aborted":
      return [line(result.error === undefined ? "" : `: ${printable(result.error)}`)];
  }
}

function heartbeat({ running }: Display, now: number, secondsLeft: number | undefined): string {
  const rest = secondsLeft === undefined ? "" : `; about ${formatRoughly(secondsLeft)} left`;
  if (running.size === 0) return `still working${rest}`;
  const named = [...running].slice(0, MOST_NAMED).map(([image, { phase, since }]) => {
    return `${printable(image)} (${phase}, ${formatSeconds(now - since)})`;
  });
  const more = running.size - named.length;
  return `still running: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}${rest}`;
}
