/**
 * The command line: parses, calls a command, and turns whatever it throws into a message and an exit code.
 *
 * Exit codes: 0 done; 1 an image failed; 2 usage or configuration; 70 a bug in the program; 130 interrupted.
 */
import { UserError } from "../errors.ts";
import { createColours } from "../reporters/colours.ts";
import { formatError } from "../reporters/problems.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { hasColour } from "./has-colour.ts";
import { runCommandLine } from "./run-command-line.ts";
import type { Terminal } from "./terminal.ts";

const BUG = 70;
const INTERRUPTED = 130;

/** Runs the program and returns its exit code. Never rejects. */
export async function main(terminal: Terminal): Promise<number> {
  try {
    return await runCommandLine(terminal);
  } catch (error) {
    const isAbort = terminal.interrupt.aborted && !(error instanceof UserError);
    return explain(terminal, isAbort ? terminal.interrupt.reason : error);
  }
}

function explain({ stderr, environment, interrupt }: Terminal, error: unknown): number {
  const told = error instanceof UserError ? error : explainRefusal(error);
  if (told !== undefined) {
    stderr.write(formatError(told, createColours(hasColour(stderr, environment))));
    return interrupt.aborted ? INTERRUPTED : told.exitCode;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`This is a bug in manage-images. Please report it with what follows.\n${details}\n`);
  return BUG;
}
