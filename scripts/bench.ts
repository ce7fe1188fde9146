/**
 * How near a run comes to the shortest time that is possible, beside `docker buildx bake` on the same graph, engine and
 * registry. Run it by `npm run bench [-- SEED]`.
 *
 * The shortest time at N jobs is the longer of the critical path and the work divided by N. The engine's `bake` has no
 * bound of jobs, so its shortest time is the critical path; so is ours with a job for each image. Nothing is cached:
 * each run passes another argument. "Needing buildx" are images with a secret, a named context and an SSH agent, which the
 * engine's API lacks.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { createBenchRepository } from "./bench-repository.ts";
import { criticalPath, randomGraph, totalWork } from "./random-graph.ts";
import { runProgram, runUntilSignal, type Circumstances } from "./run-program.ts";
import { GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { withEngine } from "./with-engine.ts";

const IMAGES = 20;
const ROUNDS = 3;
const JOBS = 4;
/** One by one, this graph takes 2.3 times the shortest time at four jobs: it is neither a chain nor all in parallel. */
const SEED = 5;
const PROGRAM = join(PROJECT, "dist/cli/bin.cjs");

/** What is measured. */
interface Contestant {
  readonly name: string;
  /** The shortest time that is possible for it, in seconds. */
  readonly shortest: number;
  readonly command: readonly [string, ...string[]];
  /** What each image needs beside its arguments. */
  readonly needs?: object;
}

const graph = randomGraph(IMAGES, Number(process.argv[2] ?? SEED));
const longest = criticalPath(graph);

const contestants: readonly Contestant[] = [
  {
    name: `manage-images, ${JOBS} jobs`,
    shortest: Math.max(longest, totalWork(graph) / JOBS),
    command: [process.execPath, PROGRAM, "--image", "all", "--concurrency", String(JOBS)],
  },
  {
    name: `manage-images, ${IMAGES} jobs`,
    shortest: longest,
    command: [process.execPath, PROGRAM, "--image", "all", "--concurrency", String(IMAGES)],
  },
  {
    name: `needing buildx, ${JOBS} jobs`,
    shortest: Math.max(longest, totalWork(graph) / JOBS),
    command: [process.execPath, PROGRAM, "--image", "all", "--concurrency", String(JOBS)],
    needs: { secrets: { nonce: { env: "NONCE" } }, contexts: { files: "dockerfiles" }, ssh: ["default"] },
  },
  {
    name: "docker buildx bake",
    shortest: longest,
    command: ["docker", "buildx", "bake", "--push", "--file", "bake/docker-bake.json"],
  },
];

// Engine and registry keep their files in memory where they can: it is the tools that are measured, not the disk.
if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";
process.exitCode = await runUntilSignal(bench);

async function bench(signal: AbortSignal): Promise<void> {
  await withEngine(async (registry, engine, endings) => {
    const folder = await createBenchRepository(graph, registry.host);
    endings.push(() => rm(folder, { recursive: true }));
    const agent = join(folder, ".git/agent");
    const server = createServer().listen(agent);
    endings.push(() => promisify(server.close.bind(server))());
    const environment = {
      ...{ ...process.env, ...GIT_ENVIRONMENT },
      ...{ DOCKER_HOST: engine.host, SSH_AUTH_SOCK: agent },
    };
    print(await measureAll({ folder, environment, signal }));
  });
}

/** Seconds of each contestant's runs. They take turns, so that a slow minute is a slow minute for all. */
async function measureAll(where: Omit<Circumstances, "output">): Promise<readonly (readonly number[])[]> {
  const seconds = contestants.map((): number[] => []);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [index, { name, command, needs = {} }] of contestants.entries()) {
      const environment = { ...where.environment, NEEDS: JSON.stringify(needs) };
      const taken = await measure(command, { ...where, environment });
      seconds[index]?.push(taken);
      process.stderr.write(`round ${round}, ${name}: ${taken.toFixed(1)} s\n`);
    }
  }
  return seconds;
}

async function measure(
  [program, ...args]: readonly [string, ...string[]],
  where: Omit<Circumstances, "output">,
): Promise<number> {
  const path = join(where.folder, ".git/bench.log");
  const log = await open(path, "w");
  const environment = { ...where.environment, NONCE: randomUUID() };
  const start = performance.now();
  try {
    await runProgram(program, args, { ...where, environment, output: log.fd });
    return (performance.now() - start) / 1000;
  } catch (error) {
    process.stderr.write(await readFile(path, "utf8"));
    throw error;
  } finally {
    await log.close();
  }
}

function print(seconds: readonly (readonly number[])[]): void {
  const line = `${IMAGES} images, ${totalWork(graph).toFixed(1)} s of work, critical path ${longest.toFixed(1)} s`;
  console.log(`\n${line}. Median of ${ROUNDS} runs:\n`);
  console.log("                            taken   shortest   ratio");
  for (const [index, { name, shortest }] of contestants.entries()) {
    const taken = median(seconds[index] ?? []);
    const columns = [`${taken.toFixed(1)} s`, `${shortest.toFixed(1)} s`, (taken / shortest).toFixed(2)];
    console.log(name.padEnd(24) + columns.map((text, at) => text.padStart([9, 11, 8][at] ?? 0)).join(""));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
