import { createColours, type Colours } from "../reporters/colours.ts";
import { createReporter, type ReporterKind } from "../reporters/create-reporter.ts";
import type { Output, Reporter } from "../reporters/reporter.ts";
import type { Terminal, TextOutput } from "./terminal.ts";
import { clock } from "./world.ts";

/** How progress is shown; `auto` is a live list on a terminal and a line for each event elsewhere. */
export type Progress = "auto" | "tty" | "plain" | "quiet";

/** The reporter for standard error, which also tells of the user's interrupt. */
export async function openReporter(terminal: Terminal, progress: Progress): Promise<Reporter> {
  const { interrupt } = terminal;
  const reporter = await createReporter(kindOf(terminal, progress), outputOf(terminal));
  interrupt.addEventListener("abort", () => {
    reporter({ kind: "interrupted" });
  });
  return reporter;
}

/** The kind of reporter for standard error. */
export function kindOf(terminal: Terminal, progress: Progress): ReporterKind {
  return progress === "auto" ? automatic(terminal) : progress;
}

/** Standard error, as reporters see it. */
export function outputOf({ stderr, environment }: Terminal): Output {
  return {
    stream: stderr,
    colour: hasColour(stderr, environment),
    clock,
    every: (seconds, action) => {
      const timer = setInterval(action, seconds * 1000);
      return () => {
        clearInterval(timer);
      };
    },
  };
}

/** The colours of standard output. */
export function coloursOf({ stdout, environment }: Terminal): Colours {
  return createColours(hasColour(stdout, environment));
}

/** See https://no-color.org and https://force-color.org. */
export function hasColour(stream: TextOutput, environment: Terminal["environment"]): boolean {
  if (isSet(environment["NO_COLOR"])) return false;
  if (isSet(environment["FORCE_COLOR"])) return environment["FORCE_COLOR"] !== "0";
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/** A terminal that does not know its size, as in some containers, cannot be drawn on. */
function automatic({ stderr, environment }: Terminal): "tty" | "plain" {
  return stderr.isTTY === true &&
    stderr.columns !== 0 &&
    !isSet(environment["CI"]) &&
    environment["TERM"] !== "dumb"
    ? "tty"
    : "plain";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
