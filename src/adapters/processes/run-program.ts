import { execa } from "execa";
import { UserError } from "../../errors.ts";

/** What a program is started with. */
export interface ProgramOptions {
  readonly cwd?: string;
  /** Standard input; without it there is none. */
  readonly input?: Uint8Array | string;
  /** The whole environment; without it this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
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
  { cwd, input, env, signal }: ProgramOptions = {},
): Promise<ProgramResult> {
  const result = await execa(file, args, {
    encoding: "buffer",
    reject: false,
    stripFinalNewline: false,
    maxBuffer: Number.MAX_SAFE_INTEGER,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (result.isCanceled) signal?.throwIfAborted();
  const { exitCode, stdout, stderr } = result;
  if (exitCode === undefined) throw notRun(file, result.signal ?? result.code ?? "unknown error");
  return { exitCode, stdout, stderr };
}

function notRun(file: string, why: string): UserError {
  return new UserError(`${file} could not be run (${why})`, { remedy: `Is ${file} installed, and on PATH?` });
}
