import { createColours, type Colours } from "../reporters/colours.ts";
import { readLogEndNow } from "../adapters/files/records.ts";
import { createReporter, type ReporterKind } from "../reporters/create-reporter.ts";
import { foldOnGithub, foldOnGitlab } from "../reporters/log-groups.ts";
import type { LogGroups, Output, Reporter } from "../reporters/reporter.ts";
import { hasColour, isSet } from "./has-colour.ts";
import type { Terminal } from "./terminal.ts";
import { clock } from "./clock.ts";

/** How progress is shown; `auto` is a live list on a terminal and a line for each event elsewhere. */
export type Progress = "auto" | "tty" | "plain" | "quiet";

/** The reporter for standard error, which also tells of the user's interrupt. */
export async function openReporter(
  terminal: Terminal,
  progress: Progress,
  more: Pick<Output, "secondsLeft"> = {},
): Promise<Reporter> {
  const { interrupt } = terminal;
  const reporter = await createReporter(kindOf(terminal, progress), { ...outputOf(terminal), ...more });
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
    ...groupsOf(environment),
    every: (seconds, action) => {
      const timer = setInterval(action, seconds * 1000);
      return () => {
        clearInterval(timer);
      };
    },
  };
}

/** The CI systems that can fold what they show. */
function groupsOf(environment: Terminal["environment"]): { readonly groups?: LogGroups } {
  if (environment["GITHUB_ACTIONS"] === "true")
    return { groups: { read: readLogEndNow, fold: foldOnGithub } };
  if (environment["GITLAB_CI"] !== "true") return {};
  let sections = 0;
  const fold: LogGroups["fold"] = (title, lines) => {
    sections += 1;
    return foldOnGitlab(`manage_images_${sections}`, Math.floor(Date.now() / 1000), title, lines);
  };
  return { groups: { read: readLogEndNow, fold } };
}

/** The colours of standard output. */
export function coloursOf({ stdout, environment }: Terminal): Colours {
  return createColours(hasColour(stdout, environment));
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
