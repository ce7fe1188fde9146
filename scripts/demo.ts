/**
 * The main job on a sample repository with a real engine and a real registry, both started here and both gone at the
 * end. Run it by `npm run demo`.
 */
import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { styleText } from "node:util";
import { publishBaseImages } from "../test/support/base-images.ts";
import { canStartEngines, startEngine } from "../test/support/engine.ts";
import { startRegistry } from "../test/support/registry.ts";
import { runProgram, runUntilSignal, type Run } from "./run-program.ts";
import { createSampleRepository, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";

const PROGRAM = join(PROJECT, "dist/cli/bin.js");

process.exitCode = await runUntilSignal(demo);

async function demo(signal: AbortSignal): Promise<void> {
  const endings: (() => Promise<void>)[] = [];
  try {
    say("A registry and an engine of our own, and a repository with eight images that were never built.");
    const registry = await startRegistry();
    endings.push(registry.stop);
    if (await canStartEngines()) await publishBaseImages(registry);
    const engine = await startEngine({ mirror: registry.url });
    endings.push(engine.stop);
    const folder = await createSampleRepository(`${registry.host}/manage-images`);
    endings.push(() => rm(folder, { recursive: true }));
    const environment = { ...process.env, ...GIT_ENVIRONMENT, DOCKER_HOST: engine.host };
    const circumstances = { folder, environment, output: "inherit", signal } as const;
    await tell(folder, (program, ...args) => runProgram(program, args, circumstances));
  } finally {
    for (const end of endings.reverse()) await end();
  }
  say("Done. The engine, the registry and the repository are gone again.");
}

async function tell(folder: string, run: Run): Promise<void> {
  const manageImages: Run = (...args) => run(process.execPath, PROGRAM, ...args);
  const git: Run = (...args) => run("git", "--no-pager", "-c", "color.ui=auto", ...args);

  say("What is built on what:", "manage-images graph");
  await manageImages("graph");

  say("What a run would do:", "manage-images --image all --dry-run");
  await manageImages("--image", "all", "--dry-run");

  say("The run: each image is built on the new digests of those before it.", "manage-images --image all");
  await manageImages("--image", "all");

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
    "manage-images --image swiftshader",
  );
  await appendFile(join(folder, "dockerfiles/context/swiftshader/swiftshader.version"), "vulkan 1.3.1\n");
  await git("commit", "--quiet", "--all", "--message", "Vulkan 1.3.1 in swiftshader");
  await manageImages("--image", "swiftshader");
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
