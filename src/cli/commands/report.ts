import { join, resolve } from "node:path";
import { readLastRecord } from "../../adapters/files/records.ts";
import { UserError } from "../../errors.ts";
import { checkWritable } from "../check-writable.ts";
import { checkoutOf } from "../checkout-of.ts";
import type { Terminal } from "../terminal.ts";
import { logsFolder } from "../world.ts";
import { writeReport } from "../write-report.ts";

/** `manage-images report`: writes the page of the last run that had something to do, and prints where it is. */
export async function reportCommand(terminal: Terminal, file: string | undefined): Promise<number> {
  const checkout = await checkoutOf(terminal);
  if (file !== undefined) await checkWritable(terminal, "report", file);
  const path =
    file === undefined ? join(checkout.privateFolder(), "report.html") : resolve(terminal.directory, file);
  const kept = await readLastRecord(logsFolder(checkout));
  if (kept === undefined) throw noRun();
  await writeReport(path, kept);
  terminal.stdout.write(`${path}\n`);
  return 0;
}

function noRun(): UserError {
  return new UserError("No run has left anything to report here.", {
    remedy:
      "A run that has something to build does: manage-images --image all. Each clone keeps its own last ten.",
  });
}
