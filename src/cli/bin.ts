#!/usr/bin/env node
import { InterruptedError } from "../errors.ts";
import { main } from "./main.ts";

const interrupt = new AbortController();

/** The first signal ends the run in good order; the second ends the process. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new InterruptedError("the run was interrupted"));
}

process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
process.on("SIGHUP", onSignal);

process.exitCode = await main({
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
});
