import { createInterface } from "node:readline/promises";
import type { Terminal } from "./terminal.ts";

/** Whether there is somebody to be asked. */
export function canAsk({ stdin, stderr, environment }: Terminal): boolean {
  return stdin?.isTTY === true && stderr.isTTY === true && (environment["CI"] ?? "") === "";
}

/** Asks for a text; what is just confirmed is `proposed`. */
export async function askText(terminal: Terminal, question: string, proposed: string): Promise<string> {
  const answer = await ask(terminal, `${question} [${proposed}] `);
  return answer === "" ? proposed : answer;
}

/** Asks for a yes; what is just confirmed is a no. */
export async function askWhether(terminal: Terminal, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await ask(terminal, `${question} [y/N] `));
}

async function ask({ stdin, stderr, interrupt }: Terminal, question: string): Promise<string> {
  if (stdin === undefined) return "";
  const lines = createInterface({ input: stdin, output: stderr });
  // A terminal in this mode sends the key, not the signal.
  const stop = new AbortController();
  lines.once("SIGINT", () => {
    stop.abort();
    process.kill(process.pid, "SIGINT");
  });
  lines.once("close", () => {
    stop.abort();
  });
  try {
    return (await lines.question(question, { signal: AbortSignal.any([interrupt, stop.signal]) })).trim();
  } catch (error) {
    interrupt.throwIfAborted();
    // The input has ended: nobody answers.
    if (stop.signal.aborted) return "";
    throw error;
  } finally {
    lines.close();
  }
}
