import { afterEach, expect, it } from "@jest/globals";
import { makeOrigin } from "../support/forges/bare-repository.ts";
import { startGitHub } from "../support/forges/github.ts";
import { BIN, manageImages } from "../support/manage-images.ts";
import type { Repository } from "../support/repository.ts";
import { openTmux, type TmuxTerminal } from "../support/tmux.ts";
import { makeSample, placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const place = placeForTests();
let repository: Repository;
let terminal: TmuxTerminal | undefined;

afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  await repository.remove();
});

/** Makes the sample, with another `left`. */
async function make(test: string, left: string): Promise<void> {
  const sample = await makeSample(place, test, (prefix) => ({
    "dockerfiles/left.Dockerfile": `FROM ${prefix}/base@${ZERO}\n${left}\n`,
  }));
  repository = sample.repository;
}

/** Runs the program in a terminal. */
async function run(...args: readonly string[]): Promise<TmuxTerminal> {
  return runWith({}, ...args);
}

async function runWith(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<TmuxTerminal> {
  await terminal?.close();
  return (terminal = await openTmux({ columns: 80, rows: 40 }, [process.execPath, BIN, ...args], {
    folder: repository.folder,
    environment: { ...place.environment, CI: "", ...environment },
  }));
}

it(
  "A run in a terminal ends with what became of each image and what is to be done next",
  async () => {
    await make("terminal", "RUN echo left >/left");
    const shown = await run("--image", "all");
    const lines = await shown.until((lines) => lines.at(-1) === "exit 0");
    const all = await shown.capture(true);
    expect(all.filter((line) => /^✔ \w+  built/.test(line))).toHaveLength(5);
    expect(all.join("\n")).not.toMatch(/running|waiting|planning|writing/);
    expect(lines.at(-2)).toBe("Next: `git push`.");
    expect(await shown.isCursorShown()).toBe(true);
  },
  3 * MINUTE,
);

it(
  "A failure shows the end of the log, what was skipped, and what to do next",
  async () => {
    await make("terminal-fails", "RUN echo no such thing; exit 3");
    const shown = await run("--image", "all", "--keep-going");
    const lines = await shown.until((lines) => lines.at(-1) === "exit 1");
    const all = (await shown.capture(true)).join("\n");
    expect(all).toMatch(/^✖ left  failed/m);
    expect(all).toMatch(/^ {4}│ .*no such thing/m);
    expect(all).toMatch(/^- top  skipped  needs left/m);
    expect(lines.slice(-4).join("\n")).toMatch(/^Next: fix what failed and run the same command again/m);
  },
  3 * MINUTE,
);

it(
  "A run says how long it takes by the last one; Ctrl-C ends what is being built, says so, and changes nothing",
  async () => {
    await make("terminal-interrupted", "RUN echo left >/left");
    expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
    const dockerfile = (await repository.read("dockerfiles/left.Dockerfile")).toString();
    await repository.write({
      "dockerfiles/left.Dockerfile": dockerfile.replace("RUN echo left >/left", "RUN sleep 600"),
    });
    await repository.git("commit", "--all", "--message", "slow");
    const shown = await run("--image", "all");
    const before = await repository.git("rev-parse", "HEAD");
    await shown.until((lines) => lines.some((line) => /left +building .*RUN sleep 600/.test(line)));
    await shown.until((lines) => /^1 running, 1 waiting, about \d+ (?:s|min) left$/.test(lines.at(-1) ?? ""));
    await shown.press("C-c");
    const lines = await shown.until((lines) => lines.at(-1) === "exit 130");
    expect(lines.join("\n")).toMatch(/^- left  aborted/m);
    expect(lines.join("\n")).not.toMatch(/running|waiting/);
    expect(lines.at(-2)).toBe("Next: run the same command again; what was pushed is kept.");
    expect(await repository.git("rev-parse", "HEAD")).toBe(before);
    expect(await repository.git("status", "--porcelain")).toBe("");
    expect(await shown.isCursorShown()).toBe(true);

    // The same on a branch of its own.
    const origin = await makeOrigin(repository);
    const github = await startGitHub(() => origin);
    try {
      const pr = await runWith(github.environment, "pr");
      await pr.until((lines) => /^1 running, 1 waiting, about \d+ (?:s|min) left$/.test(lines.at(-1) ?? ""));
      await pr.press("C-c");
      await pr.until((lines) => lines.at(-1) === "exit 130");
      expect(github.pulls).toEqual([]);
    } finally {
      await github.stop();
      await origin.remove();
    }
  },
  3 * MINUTE,
);

it(
  "In a workflow of GitHub each log is a group, and why an image failed is not folded away",
  async () => {
    await make("workflow", "RUN echo no such thing; exit 3");
    const environment = { ...place.environment, GITHUB_ACTIONS: "true" };
    const ran = await manageImages(repository.folder, ["--image", "all", "--keep-going"], environment);
    expect(ran).toMatchObject({ exitCode: 1 });
    const lines = ran.stderr.split("\n");
    const group = (image: string) => {
      const start = lines.indexOf(`::group::${image}: build log`);
      return lines.slice(start, lines.indexOf("::endgroup::", start) + 1).join("\n");
    };
    expect(group("base")).toMatch(
      /^::group::base: build log\n(?:│ .*\n)*│ .*RUN echo base(?:.*\n│)*.*\n::endgroup::$/,
    );
    expect(group("left")).toMatch(/│ .*no such thing/);
    const failure = lines.indexOf(lines.find((line) => line.startsWith("left: failed")) ?? "");
    expect(failure).toBeLessThan(lines.indexOf("::group::left: build log"));
    expect(lines.slice(failure, lines.indexOf("::group::left: build log")).join("\n")).toContain(
      "no such thing",
    );
    expect(ran.stdout).toContain("Next: fix what failed");
  },
  3 * MINUTE,
);
