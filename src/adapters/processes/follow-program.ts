import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { UserError } from "../../errors.ts";

/** How a program is followed. */
export interface FollowOptions {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input; without it there is none. */
  readonly input?: Uint8Array;
  readonly signal: AbortSignal;
  /** Is told each line of standard error. */
  readonly onLine: (line: string) => void;
}

/** How long a program may take to end itself when it is told to, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Runs a program with a list of arguments, never through a shell, tells what it writes to standard error line by line, and
 * gives its exit code. When the signal aborts, it is ended with all that it started. Rejects with the signal's reason then.
 */
export async function followProgram(
  file: string,
  args: readonly string[],
  { env, input, signal, onLine }: FollowOptions,
): Promise<number> {
  signal.throwIfAborted();
  // Of a group of its own, so that it can be ended with its children, and does not hear a terminal's interrupt twice.
  const child = spawn(file, args, { env, detached: true, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const lines = createInterface({ input: child.stderr, crlfDelay: Infinity }).on("line", onLine);
  const read = new Promise<void>((resolve) => lines.once("close", resolve));
  const end = () => {
    endGroup(child);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    const code = await ended(file, child);
    await read;
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function ended(file: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const options = { remedy: `Is ${file} installed, and on PATH?`, cause: error };
      reject(new UserError(`${file} could not be run (${error.code ?? error.message})`, options));
    });
    child.once("exit", (code) => {
      resolve(code ?? -1);
    });
  });
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => {
    signalGroup(child, "SIGKILL");
  }, PATIENCE);
  child.once("exit", () => {
    clearTimeout(timer);
  });
}

/** A group that is gone already is ended. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
