import type { RunResult } from "../model/run.ts";
import { formatResultJson } from "../reporters/result-json.ts";
import { formatSummary } from "../reporters/summary.ts";
import type { NothingToDo } from "./nothing-to-do.ts";
import { coloursOf, openReporter } from "./reporting.ts";
import type { Terminal } from "./terminal.ts";

const RESULT: RunResult = { images: {}, references: [], notices: [] };

/** Tells of a run that has nothing to do what such a run tells. */
export async function tellNothing(
  terminal: Terminal,
  { images, progress, format }: NothingToDo,
): Promise<void> {
  const reporter = await openReporter(terminal, progress);
  const decisions = images.map((image) => ({ image, action: "up-to-date", reasons: [] }) as const);
  reporter({ kind: "planned", plan: { decisions, leftStale: [] } });
  reporter({ kind: "done", result: RESULT });
  reporter.close();
  terminal.stdout.write(
    format === "json" ? formatResultJson(RESULT) : formatSummary(RESULT, coloursOf(terminal)),
  );
}
