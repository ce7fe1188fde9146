/**
 * The main job on a sample repository with a real engine and the registry of `--registry local`, both started here and both
 * gone at the end. Run it by `npm run demo`.
 */
import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, styleText } from "node:util";
import { publishBaseImages } from "../test/support/base-images.ts";
import { canStartEngines, startEngine, type Engine } from "../test/support/engine.ts";
import { runProgram, runUntilSignal, type Run } from "./run-program.ts";
import { createSampleRepository, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";

const PROGRAM = join(PROJECT, "dist/cli/bin.cjs");
const LOCAL = ["--registry", "local"] as const;

process.exitCode = await runUntilSignal(demo);

async function demo(signal: AbortSignal): Promise<void> {
  const endings: (() => Promise<void>)[] = [];
  try {
    // A registry of the user's own stays as it is.
    const state = await mkdtemp(join(tmpdir(), "state-"));
    endings.push(() => rm(state, { recursive: true }));
    const outside = { ...process.env, ...GIT_ENVIRONMENT, XDG_STATE_HOME: state };
    const isOurs = await canStartEngines();
    const theirs = isOurs ? undefined : await startEngine();
    say("A registry on this machine, for trying things:", "manage-images registry start");
    const registry = await startLocalRegistry(withEngine(outside, theirs));
    endings.push(registry.stop);
    if (isOurs) await publishBaseImages(registry);
    const engine = theirs ?? (await startEngine({ mirror: registry.url }));
    endings.push(engine.stop);
    // Its pins are to be those of the local registry: with another one they would be left as they are.
    const folder = await createSampleRepository(registry.host);
    endings.push(() => rm(folder, { recursive: true }));
    const environment = withEngine(outside, engine);
    const circumstances = { folder, environment, output: "inherit", signal } as const;
    await tell(folder, (program, ...args) => runProgram(program, args, circumstances));
  } finally {
    for (const end of endings.reverse()) await end();
  }
  say("Done. The engine, the registry and the repository are gone again.");
}

function withEngine(environment: NodeJS.ProcessEnv, engine: Engine | undefined): NodeJS.ProcessEnv {
  return engine === undefined ? environment : { ...environment, DOCKER_HOST: engine.host };
}

async function startLocalRegistry(environment: NodeJS.ProcessEnv) {
  const registry = async (...args: readonly string[]) => {
    const command = [PROGRAM, "registry", ...args];
    return (await promisify(execFile)(process.execPath, command, { env: environment })).stdout;
  };
  const host = (await registry("start")).trim();
  process.stdout.write(`${host}\n`);
  return {
    host,
    url: `http://${host}`,
    stop: async () => {
      await registry("stop", "--delete");
    },
  };
}

async function tell(folder: string, run: Run): Promise<void> {
  const manageImages: Run = (...args) => run(process.execPath, PROGRAM, ...args);
  const git: Run = (...args) => run("git", "--no-pager", "-c", "color.ui=auto", ...args);

  say("What is built on what:", "manage-images graph");
  await manageImages("graph");

  say("What a run would do:", "manage-images --registry local --image all --dry-run");
  await manageImages(...LOCAL, "--image", "all", "--dry-run");

  say(
    "The run: each image is built on the new digests of those before it.",
    "manage-images --registry local --image all",
  );
  await manageImages(...LOCAL, "--image", "all");

  say("It ends in one commit, of digests only:", "git show --stat");
  await git("show", "--stat", "--format=%h %s");
  await git("show", "--format=", "--", "dockerfiles/frontends-swiftshader.Dockerfile");

  say("What was committed can be pulled:", "docker run --rm $(the pin in compose.yaml) versions");
  await run(
    "docker",
    "run",
    "--rm",
    "--quiet",
    "--pull=always",
    "--network=none",
    await pinIn(folder),
    "versions",
  );

  say(
    "One image changes. It is built, and what depends on it, and nothing else:",
    "manage-images --registry local --image swiftshader",
  );
  await appendFile(join(folder, "dockerfiles/context/swiftshader/swiftshader.version"), "vulkan 1.3.1\n");
  await git("commit", "--quiet", "--all", "--message", "Vulkan 1.3.1 in swiftshader");
  await manageImages(...LOCAL, "--image", "swiftshader");
  await git("show", "--stat", "--format=%h %s");
  await run(
    "docker",
    "run",
    "--rm",
    "--quiet",
    "--pull=always",
    "--network=none",
    await pinIn(folder),
    "versions",
  );
}

async function pinIn(folder: string): Promise<string> {
  const text = await readFile(join(folder, "compose.yaml"), "utf8");
  const pin = /image: (?<pin>\S+)/.exec(text)?.groups?.["pin"];
  if (pin === undefined) throw new Error("compose.yaml names no image");
  return pin;
}

function say(text: string, command?: string): void {
  const shown = command === undefined ? "" : styleText("dim", `\n$ ${command}`);
  process.stdout.write(`\n${styleText("bold", text)}${shown}\n`);
}
