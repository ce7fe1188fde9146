import { UserError } from "../../errors.ts";
import { runProgram, type ProgramResult } from "../processes/run-program.ts";

/** What a git command is run with. */
export interface GitOptions {
  readonly input?: Uint8Array | string;
  /** The index file, instead of the repository's own. */
  readonly indexFile?: string;
  /** Variables beside this process's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; 0 alone if not said. */
  readonly accepts?: readonly number[];
  /** Ends git. */
  readonly signal?: AbortSignal;
  /** Is told each piece of the answer while git runs. */
  readonly onOutput?: ((piece: Uint8Array) => void) | undefined;
}

/** What git is asked, always with the same words. */
export interface Question {
  readonly args: readonly string[];
  readonly accepts?: readonly number[];
}

/** Asks git in a folder. */
export type AskGit = (folder: string, question: Question) => Promise<Buffer>;

/** Asks git now. */
export function askGit(
  folder: string,
  { args, ...options }: Question,
  signal?: AbortSignal,
): Promise<Buffer> {
  return runGit(folder, args, { ...options, ...(signal === undefined ? {} : { signal }) });
}

/** Variables with which git tells its hooks and aliases where it works: they would lead us elsewhere. */
const LOCATIONS = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
];

/** It may be a token. */
const USER_IN_URL = /(\w:\/\/)[^/@\s]*@/g;

/** Runs git in a folder. Failure is a `UserError` with its message. */
export async function runGit(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const { input, indexFile, environment, accepts = [0], signal, onOutput } = options;
  const result = await runProgram("git", args, {
    cwd: folder,
    env: {
      ...withoutLocations(process.env),
      ...environment,
      ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
    },
    ...(input === undefined ? {} : { input }),
    ...(signal === undefined ? {} : { signal }),
    onOutput,
  });
  if (!accepts.includes(result.exitCode)) throw gitFailed(args, result);
  return asBuffer(result.stdout);
}

function withoutLocations(environment: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !LOCATIONS.includes(name)));
}

/** The strings of output that is separated by NUL. */
export function splitNul(output: Uint8Array): readonly string[] {
  const strings = asBuffer(output).toString().split("\0");
  strings.pop();
  return strings;
}

/** The same bytes, not a copy: git's answer can be of megabytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function gitFailed(args: readonly string[], { exitCode, stdout, stderr }: ProgramResult): UserError {
  const said = [stderr, stdout]
    .map((bytes) => Buffer.from(bytes).toString().trim().replace(USER_IN_URL, "$1"))
    .filter((text) => text !== "");
  const command = args.find((arg) => !arg.startsWith("-")) ?? "";
  return new UserError(
    `git ${command} failed with code ${exitCode}${said.length > 0 ? `:\n${said.join("\n")}` : ""}`,
  );
}
