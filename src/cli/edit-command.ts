import type { PinningResult } from "../model/pinning.ts";
import { pinningText } from "../operations/commit-message.ts";
import { applyEdits, type Edits } from "../operations/edits.ts";
import { survey, type Survey } from "../operations/survey.ts";
import { formatDiff, formatPinning, formatPinningJson } from "../reporters/pinning.ts";
import { printable } from "../reporters/printable.ts";
import { checkoutOf } from "./checkout-of.ts";
import type { ProjectFlags } from "./open-project.ts";
import { watchProject, type WatchedProject } from "./prepare.ts";
import { coloursOf } from "./reporting.ts";
import type { Terminal } from "./terminal.ts";
import type { RegistryFlags } from "./world.ts";

/** The flags of all commands that write digests and build nothing. */
export interface EditFlags extends ProjectFlags, RegistryFlags {
  readonly include?: readonly string[] | undefined;
  readonly dryRun: boolean;
  readonly noCommit: boolean;
  readonly author?: string | undefined;
  readonly format: "text" | "json";
}

/** Finds out what a command would write. */
export type PlanEdits = (project: WatchedProject, surveyed: Survey) => Promise<Edits>;

/** Finds digests and writes them, or shows the difference that they would make. Returns the exit code. */
export async function editCommand(
  terminal: Terminal,
  flags: EditFlags,
  command: "pin" | "update",
  planEdits: PlanEdits,
): Promise<number> {
  const checkout = await checkoutOf(terminal);
  const plan = async () => {
    const project = await watchProject(terminal, flags, checkout);
    const edits = await planEdits(project, await survey(checkout, project.configured));
    return { edits, settings: project.configured.commit };
  };
  if (flags.dryRun) return show(terminal, flags, command, (await plan()).edits);
  const release = await checkout.lock();
  try {
    await checkout.recover();
    const { edits, settings } = await plan();
    terminal.interrupt.throwIfAborted();
    const verb = command === "pin" ? "Pin" : "Update";
    const style = { settings, author: flags.author };
    const commit = flags.noCommit ? undefined : pinningText(style, verb, edits.references);
    return print(terminal, flags, command, await applyEdits(checkout, edits, commit));
  } finally {
    await release();
  }
}

async function show(
  terminal: Terminal,
  flags: EditFlags,
  command: "pin" | "update",
  { files, ...edits }: Edits,
): Promise<number> {
  const diff = await formatDiff(files);
  if (flags.format === "json") {
    terminal.stdout.write(formatPinningJson(edits, diff.toString("utf8")));
    return 0;
  }
  const lines = diff
    .toString("utf8")
    .split("\n")
    .map((line) => printable(line));
  terminal.stdout.write(terminal.stdout.isTTY === true ? lines.join("\n") : diff);
  // What is no difference goes beside it, so that the output can be given to `git apply`.
  terminal.stderr.write(formatPinning({ ...edits, stale: [] }, coloursOf(terminal), command));
  return 0;
}

function print(
  terminal: Terminal,
  flags: EditFlags,
  command: "pin" | "update",
  result: PinningResult,
): number {
  terminal.stdout.write(
    flags.format === "json" ? formatPinningJson(result) : formatPinning(result, coloursOf(terminal), command),
  );
  return 0;
}
