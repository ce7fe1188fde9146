import { execFile } from "node:child_process";
import { UserError } from "../../errors.ts";

/** What a program is started with. */
export interface ProgramOptions {
  readonly cwd?: string;
  /** Standard input; without it there is none. */
  readonly input?: Uint8Array | string;
  /** The whole environment; without it this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Is told each piece of standard output while the program runs. */
  readonly onOutput?: ((piece: Uint8Array) => void) | undefined;
}

/** What a program did. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * Runs a program with a list of arguments, never through a shell, and waits for its end. An exit code other than 0 is a
 * result; a program that cannot be started, or that a signal ended, is a `UserError` which names only the program.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { input = "", onOutput, ...options }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const settings = { ...options, encoding: "buffer", maxBuffer: Infinity } as const;
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
      else reject(options.signal?.aborted === true ? asError(options.signal.reason) : notRun(file, error));
    });
    if (onOutput !== undefined) child.stdout?.on("data", onOutput);
    // A program that ends before it has read everything is no failure of ours; its exit code says what it thinks.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

function notRun(
  file: string,
  error: (Error & { readonly code?: unknown; readonly signal?: unknown }) | null,
): UserError {
  const why = [error?.code, error?.signal].find((reason) => typeof reason === "string") ?? "unknown error";
  return new UserError(`${file} could not be run (${why})`, {
    remedy: `Is ${file} installed, and on PATH?`,
    cause: error,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
