import { runProgram } from "./run-program.ts";

/** Where a command is timed. */
export interface Place {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Runs a command to its end and returns how long it took, in seconds. */
export async function time([program = "", ...args]: readonly string[], place: Place): Promise<number> {
  const start = performance.now();
  await runProgram(program, args, { ...place, output: "ignore" });
  return (performance.now() - start) / 1000;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Seconds as text. */
export function inMilliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
