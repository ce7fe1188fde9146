#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { askAhead } from "../adapters/git/ask-ahead.ts";
import { locate, type Located } from "../adapters/git/locate.ts";
import { InterruptedError } from "../errors.ts";
import { MARKS } from "../references/marks.ts";
import { isRun, looksAtTree, needsIds } from "./looks-at-tree.ts";
import { keyOf, recall } from "./nothing-to-do.ts";
import type { Terminal } from "./terminal.ts";

const interrupt = new AbortController();

/** The first signal ends the run in good order; the second ends the process. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new InterruptedError("the run was interrupted"));
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
process.on("SIGHUP", onSignal);

// Should it end without having come to one.
process.exitCode = 70;
void run({
  arguments: process.argv.slice(2),
  directory: process.cwd(),
  environment: process.env,
  // To look at it opens it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  interrupt: interrupt.signal,
}).then((exitCode) => {
  process.exitCode = exitCode;
});

/** Ends as before where it is known how; loads the program, and has git work meanwhile, where it is not. */
async function run(terminal: Terminal): Promise<number> {
  const { arguments: words, directory } = terminal;
  const located = looksAtTree(words) ? locate(directory) : undefined;
  const beginning = isRun(words) ? keyOf(readProgram(), terminal) : undefined;
  if (located !== undefined && beginning !== undefined && (await endAsBefore(terminal, located, beginning)))
    return 0;
  const ahead = located && askAhead(directory, located, { ids: needsIds(words), texts: MARKS });
  const { main } = await import("./main.ts");
  const exitCode = await main(Object.assign(terminal, { ahead, beginning }));
  ahead?.end();
  return exitCode;
}

async function endAsBefore(
  terminal: Terminal,
  located: Promise<Located>,
  beginning: string,
): Promise<boolean> {
  // That it is nowhere is told by the program.
  const found = await located.catch(() => undefined);
  const recalled = found && (await recall(beginning, found));
  if (recalled === undefined) return false;
  const [isStillSo, { tellNothing }] = await Promise.all([recalled.isStillSo(), import("./tell-nothing.ts")]);
  if (isStillSo) await tellNothing(terminal, recalled.end);
  return isStillSo;
}

/** This file has the names of all others in it, which change with what they hold. */
function readProgram(): string {
  return readFileSync(fileURLToPath(import.meta.url), "utf8");
}
