#!/usr/bin/env node
import { askAhead } from "../adapters/git/ask-ahead.ts";
import { InterruptedError } from "../errors.ts";
import { looksAtTree } from "./looks-at-tree.ts";

const words = process.argv.slice(2);
const directory = process.cwd();
const ahead = looksAtTree(words) ? askAhead(directory) : undefined;
const interrupt = new AbortController();

/** The first signal ends the run in good order; the second ends the process. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new InterruptedError("the run was interrupted"));
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
process.on("SIGHUP", onSignal);

// The program is loaded while git works.
const { main } = await import("./main.ts");
process.exitCode = await main({
  arguments: words,
  directory,
  environment: process.env,
  ahead,
  // To look at it opens it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  interrupt: interrupt.signal,
});
ahead?.end();
