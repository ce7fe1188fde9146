import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { variableOf } from "../cli/variables.ts";
import type { CommandResult, ProjectOptions } from "./project.ts";

/** The program, seen from where this lies when it is bundled. */
const PROGRAM = fileURLToPath(new URL("../cli/bin.cjs", import.meta.url));
const INTERRUPTED = 130;

/** See `Project.command`. A process of its own has all of the environment, and is interrupted as a person does it. */
export async function runCommand(
  { directory, environment = process.env, ...flags }: ProjectOptions,
  words: readonly string[],
  signal: AbortSignal | undefined,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    ...(directory === undefined ? {} : { cwd: directory }),
    env: { ...environment, ...variablesOf(flags) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const interrupt = () => child.kill("SIGINT");
  signal?.addEventListener("abort", interrupt);
  if (signal?.aborted === true) interrupt();
  try {
    const ended = once(child, "close") as Promise<[number | null]>;
    const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { exitCode: exitCode ?? INTERRUPTED, stdout, stderr };
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

/** Flags that count for the commands that have them. */
function variablesOf({
  config,
  registry,
  lookupConcurrency,
}: Omit<ProjectOptions, "directory" | "environment">): Record<string, string> {
  return {
    ...(config === undefined ? {} : { [variableOf("config")]: config }),
    ...(registry === undefined ? {} : { [variableOf("registry")]: registry }),
    ...(lookupConcurrency === undefined
      ? {}
      : { [variableOf("lookup-concurrency")]: String(lookupConcurrency) }),
  };
}
