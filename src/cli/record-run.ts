import { resolve } from "node:path";
import { keepRecord } from "../adapters/files/records.ts";
import { UserError } from "../errors.ts";
import type { RunResult } from "../model/run.ts";
import type { Prepared } from "../operations/build-images.ts";
import { describeRun } from "../operations/describe-run.ts";
import type { Watch } from "../operations/watch-run.ts";
import { readVersion } from "./read-version.ts";
import type { Outside } from "./terminal.ts";
import { clock } from "./clock.ts";

/** A run that has ended. */
export interface EndedRun {
  readonly prepared: Prepared;
  readonly result: RunResult;
  readonly watch: Watch;
}

/**
 * Keeps what a report of a run needs, if there was anything to do, and writes the report that was asked for. What cannot be
 * kept is told, and is no failure of the run.
 */
export async function recordRun(
  outside: Pick<Outside, "directory" | "note">,
  folder: string,
  { prepared, result, watch }: EndedRun,
  flags: { readonly report?: string | undefined; readonly concurrency: number },
): Promise<void> {
  if (flags.report === undefined && Object.keys(result.images).length === 0) return;
  const record = describeRun(prepared, result, watch, {
    program: readVersion(),
    date: new Date().toISOString(),
    concurrency: flags.concurrency,
    end: clock.now(),
  });
  if (Object.keys(result.images).length > 0)
    await keepRecord({ folder, record }).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      outside.note(`there will be no report of this run: ${error.message}`);
    });
  if (flags.report === undefined) return;
  const { writeReport } = await import("./write-report.ts");
  await writeReport(resolve(outside.directory, flags.report), { record, folder });
}
