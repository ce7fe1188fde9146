/**
 * What it takes to find out that nothing has changed: 20 images in a repository of 12,000 files, beside `docker buildx bake`
 * on the same images, `git status`, and the start of Node; the same where no run is remembered; and a plan over 2,000 images
 * beside one over 200.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BASE_IMAGE } from "../test/support/base-images.ts";
import { runUntilSignal } from "./run-program.ts";
import { commitAll, GIT_ENVIRONMENT, PROJECT } from "./sample-repository.ts";
import { inMilliseconds, median, time } from "./timing.ts";
import { withEngine } from "./with-engine.ts";

const IMAGES = 20;
const FILES = 12_000;
const ROUNDS = 7;
const PROGRAM = join(PROJECT, "dist/cli/bin.cjs");
const OURS = [process.execPath, PROGRAM];

process.exitCode = await runUntilSignal(bench);

async function bench(signal: AbortSignal): Promise<void> {
  await withEngine(async (registry, engine, endings) => {
    const environment = { ...process.env, ...GIT_ENVIRONMENT, DOCKER_HOST: engine.host };
    const make = async (images: number, files: number) => {
      const folder = await createRepository(images, files, registry.host);
      endings.push(() => rm(folder, { recursive: true }));
      const run = (command: readonly string[]) => time(command, { folder, environment, signal });
      return {
        run,
        forget: () => rm(join(folder, ".git/manage-images/nothing-to-do.json"), { force: true }),
      };
    };
    await benchUnchanged(await make(IMAGES, FILES));
    await benchPlans(await make(200, 200), await make(2000, 2000));
  });
}

/** A repository that commands are timed in. */
interface Timed {
  readonly run: (command: readonly string[]) => Promise<number>;
  /** Forgets that a run found nothing to do. */
  readonly forget: () => Promise<void>;
}

async function benchUnchanged({ run, forget }: Timed): Promise<void> {
  const ours = [...OURS, "--image", "all", "--progress", "quiet"];
  const bake = ["docker", "buildx", "bake", "--file", "docker-bake.json"];
  await run(ours);
  await run(bake);
  const contestants = [["git", "status"], [process.execPath, "--eval", "0"], ours, bake];
  const seconds = [...contestants, ours].map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    await forget();
    seconds.at(-1)?.push(await run(ours));
    for (const [index, command] of contestants.entries()) seconds[index]?.push(await run(command));
  }
  const [status = 0, node = 0, we = 0, they = 0, first = 0] = seconds.map(median);
  console.log(`\n${IMAGES} unchanged images, ${FILES} files. Median of ${ROUNDS} runs:\n`);
  console.log(`git status ${inMilliseconds(status)}, Node's start ${inMilliseconds(node)}`);
  console.log(`manage-images --image all ${inMilliseconds(we)}, docker buildx bake ${inMilliseconds(they)}`);
  console.log(
    `of bake's time: ${(we / they).toFixed(2)}; of git status and Node: ${(we / (status + node)).toFixed(2)}`,
  );
  const ratio = (first / (status + node)).toFixed(2);
  console.log(`where no run is remembered ${inMilliseconds(first)}: of git status and Node ${ratio}`);
}

async function benchPlans(few: Timed, many: Timed): Promise<void> {
  const plan = [...OURS, "plan", "--image", "all", "--format", "json"];
  const [small, large] = [
    median([await few.run(plan), await few.run(plan), await few.run(plan)]),
    await many.run(plan),
  ];
  console.log(`\nA plan over 200 images takes ${inMilliseconds(small)}, over 2000 ${inMilliseconds(large)}:`);
  console.log(`for each image ${(large / 2000 / (small / 200)).toFixed(2)} times as long\n`);
}

/** A tree of images, four on each, every one with files of its own, as our images and as bake's targets. */
async function createRepository(images: number, files: number, registry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  await mkdir(join(folder, "dockerfiles"));
  await mkdir(join(folder, "bake"));
  const names = Array.from({ length: images }, (_, index) => `image-${index}`);
  const parentOf = (index: number) => (index === 0 ? undefined : names[Math.floor((index - 1) / 4)]);
  for (const [index, name] of names.entries()) {
    const parent = parentOf(index);
    const own = `FROM ${parent === undefined ? BASE_IMAGE : `${registry}/ours/${parent}`}\nCOPY files/${name} /${name}\n`;
    await writeFile(join(folder, `dockerfiles/${name}.Dockerfile`), own);
    await writeFile(
      join(folder, `bake/${name}.Dockerfile`),
      `FROM ${parent ?? BASE_IMAGE}\nCOPY files/${name} /${name}\n`,
    );
    for (let file = 0; file < files / images; file++) {
      const directory = join(folder, `files/${name}/${file % 20}`);
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, `${file}.txt`), `${name} ${file}\n`);
    }
  }
  const configured = {
    registry: `${registry}/ours`,
    images: Object.fromEntries(names.map((name) => [name, {}])),
  };
  await writeFile(
    join(folder, "images.config.ts"),
    `import { defineConfig } from "manage-images";\n\nexport default defineConfig(${JSON.stringify(configured)});\n`,
  );
  const targets = names.map((name, index) => {
    const parent = parentOf(index);
    const contexts = parent === undefined ? {} : { [parent]: `target:${parent}` };
    return [
      name,
      { context: ".", dockerfile: `bake/${name}.Dockerfile`, contexts, tags: [`${registry}/bake/${name}`] },
    ];
  });
  const bake = { group: { default: { targets: names } }, target: Object.fromEntries(targets) as object };
  await writeFile(join(folder, "docker-bake.json"), JSON.stringify(bake));
  await commitAll(folder, "Images that do not change");
  return folder;
}
