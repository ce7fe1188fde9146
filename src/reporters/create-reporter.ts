import { createPlainReporter } from "./plain.ts";
import { createQuietReporter } from "./quiet.ts";
import type { Output, Reporter } from "./reporter.ts";

/** How much of a run is shown: a live list, a line for each event, or only failures and the end. */
export type ReporterKind = "tty" | "plain" | "quiet";

/** The reporter of a kind, for one run. What draws on terminals is loaded only for them: it takes a while. */
export async function createReporter(kind: ReporterKind, output: Output): Promise<Reporter> {
  switch (kind) {
    case "tty": {
      const { createTtyReporter } = await import("./tty.ts");
      return createTtyReporter(output);
    }
    case "plain":
      return createPlainReporter(output);
    case "quiet":
      return createQuietReporter(output);
  }
}
