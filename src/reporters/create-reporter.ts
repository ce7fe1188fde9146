import { createPlainReporter } from "./plain.ts";
import { createQuietReporter } from "./quiet.ts";
import type { Output, Reporter } from "./reporter.ts";
import { createTtyReporter } from "./tty.ts";

/** How much of a run is shown: a live list, a line for each event, or only failures and the end. */
export type ReporterKind = "tty" | "plain" | "quiet";

/** The reporter of a kind, for one run. */
export function createReporter(kind: ReporterKind, output: Output): Reporter {
  switch (kind) {
    case "tty":
      return createTtyReporter(output);
    case "plain":
      return createPlainReporter(output);
    case "quiet":
      return createQuietReporter(output);
  }
}
