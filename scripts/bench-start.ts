/** What it takes to show the help, beside the start of Node itself. */
import { join } from "node:path";
import { runUntilSignal } from "./run-program.ts";
import { PROJECT } from "./sample-repository.ts";
import { inMilliseconds, median, time } from "./timing.ts";

const ROUNDS = 15;
const PROGRAM = join(PROJECT, "dist/cli/bin.cjs");

process.exitCode = await runUntilSignal(bench);

async function bench(signal: AbortSignal): Promise<void> {
  const place = { folder: PROJECT, environment: process.env, signal };
  const contestants = [
    ["--eval", "0"],
    [PROGRAM, "--help"],
    [PROGRAM, "help", "references"],
    [PROGRAM, "__complete", "bash", "gra"],
  ];
  const seconds = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, args] of contestants.entries())
      seconds[index]?.push(await time([process.execPath, ...args], place));
  const [node = 0, help = 0, topic = 0, key = 0] = seconds.map(median);
  console.log(
    `\nMedian of ${ROUNDS} starts: Node's own ${inMilliseconds(node)}, --help ${inMilliseconds(help)},`,
  );
  console.log(`help on a topic ${inMilliseconds(topic)}, an answer to a shell ${inMilliseconds(key)}`);
  console.log(`--help takes ${(help / node).toFixed(2)} times as long as Node\n`);
}
