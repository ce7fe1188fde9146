import { writeFile } from "node:fs/promises";
import { readLogEnd, type KeptRecord, type LogEnd } from "../adapters/files/records.ts";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../model/run-record.ts";
import { readPageFiles } from "./read-page-files.ts";

/** So many bytes of logs are in a page, shared among the images; an image that failed is not cut so short. */
const LOG_BYTES = 4_000_000;
const MOST_OF_ONE = 400_000;
const LEAST_OF_FAILED = 100_000;

/** Writes the page of a run. What draws it is loaded only then. */
export async function writeReport(path: string, { record, folder }: KeptRecord): Promise<void> {
  const [{ layOut }, { boxSize }, { formatPage }, logs, files] = await Promise.all([
    import("../graph/lay-out.ts"),
    import("../reporters/report/graph-figure.ts"),
    import("../reporters/report/page.ts"),
    readLogs(record, folder),
    readPageFiles(),
  ]);
  const page = formatPage({ record, layout: layOut(record.images, boxSize), logs, ...files });
  try {
    await writeFile(path, page);
  } catch (cause) {
    throw new UserError(`The report cannot be written: ${(cause as Error).message}`, {
      remedy: "manage-images report FILE.html writes it to another place.",
      cause,
    });
  }
}

async function readLogs({ result }: RunRecord, folder: string): Promise<ReadonlyMap<string, LogEnd>> {
  const logged = Object.entries(result.images).filter(([, { log }]) => log !== undefined);
  const share = Math.min(MOST_OF_ONE, Math.floor(LOG_BYTES / Math.max(1, logged.length)));
  const logs = new Map<string, LogEnd>();
  for (const [image, { log = "", outcome }] of logged) {
    const most = outcome === "failed" ? Math.max(share, LEAST_OF_FAILED) : share;
    const end = await readLogEnd(folder, log, most);
    if (end !== undefined) logs.set(image, end);
  }
  return logs;
}
