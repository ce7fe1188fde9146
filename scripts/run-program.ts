import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a program with its arguments, as it would be typed, and lets it write to our output. Rejects if it fails. */
export type Run = (program: string, ...args: readonly string[]) => Promise<void>;

/** Where and how a program is run. */
export interface Circumstances {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where its output goes: to ours, to an open file, or nowhere. */
  readonly output: "inherit" | "ignore" | number;
  /** Interrupts the program. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end. Rejects if it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { folder, environment, output, signal }: Circumstances,
): Promise<void> {
  signal.throwIfAborted();
  // In a session of its own a program gets Ctrl-C from us alone, and not a second time from the terminal.
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", output, output],
    detached: true,
  });
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  const [code] = (await once(child, "close")) as [number | null];
  signal.removeEventListener("abort", interrupt);
  if (code !== 0) throw new Error(`Failed: ${[program, ...args].join(" ")}`);
}

/**
 * Does something that can be interrupted by SIGINT and SIGTERM, tells of a failure in one line, and returns the exit
 * code: 0, 1, or 130 after an interruption.
 */
export async function runUntilSignal(work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      controller.abort();
    });
  }
  try {
    await work(controller.signal);
    return 0;
  } catch (error) {
    const isInterrupted = controller.signal.aborted;
    process.stderr.write(
      isInterrupted ? "Interrupted.\n" : `${error instanceof Error ? error.message : String(error)}\n`,
    );
    return isInterrupted ? 130 : 1;
  } finally {
    process.removeAllListeners("SIGINT").removeAllListeners("SIGTERM");
  }
}
