import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { startManageImages } from "../support/manage-images.ts";
import type { Repository } from "../support/repository.ts";
import { makeSample, placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const run = promisify(execFile);

describe("a run that is ended from outside", () => {
  const place = placeForTests();
  let repository: Repository;

  afterEach(() => repository.remove());

  const start = (...args: readonly string[]) =>
    startManageImages(repository.folder, ["--image", "all", ...args], place.environment);

  /** A build of the sample that hangs in the image `right`, on a number of seconds that tells it from any other. */
  async function hanging(name: string, seconds: number): Promise<void> {
    const sample = await makeSample(place, name, (prefix) => ({
      "dockerfiles/right.Dockerfile": `FROM ${prefix}/base@${ZERO}\nRUN sleep ${seconds} && echo right >/right\n`,
    }));
    repository = sample.repository;
  }

  async function nextRunSucceeds(): Promise<void> {
    const ran = await place.run(repository, "--image", "all");
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(await repository.git("status", "--porcelain")).toBe("");
    expect(
      await repository.git("grep", "-h", ZERO, "HEAD", "--", "dockerfiles", "compose.yaml").catch(() => ""),
    ).toBe("");
    expect(existsSync(join(repository.folder, ".git/index.lock"))).toBe(false);
    expect(existsSync(join(repository.folder, ".git/manage-images/revision"))).toBe(false);
  }

  it(
    "by kill -9 during a build leaves everything as it was",
    async () => {
      await hanging("killed-build", 4.25);
      const before = await repository.snapshot();
      const { child, ended } = start();
      await until(() => isSleeping("4.25"));
      child.kill("SIGKILL");
      expect((await ended).exitCode).toBe("SIGKILL");
      expect(await repository.snapshot()).toBe(before);
      await nextRunSucceeds();
    },
    2 * MINUTE,
  );

  it.each([
    ["before the commit is made", "pre-commit"],
    ["after the commit is made", "post-commit"],
  ])(
    "by kill -9 while it writes, %s, is put right by the next run",
    async (_, hook) => {
      repository = (await makeSample(place, `killed-${hook}`)).repository;
      await repository.write({ mine: "staged\n" });
      await repository.git("add", "mine");
      const path = `.git/hooks/${hook}`;
      await repository.write({ [path]: { program: "#!/bin/sh\ntouch .git/in-hook\nexec sleep 30\n" } });
      const head = await repository.git("rev-parse", "HEAD");
      const { child, ended } = start();
      await until(() => Promise.resolve(existsSync(join(repository.folder, ".git/in-hook"))));
      child.kill("SIGKILL");
      await ended;
      await repository.write({ [path]: "" });

      const ran = await place.run(repository, "--image", "all");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(await repository.git("status", "--porcelain")).toBe("A  mine");
      expect(await repository.git("grep", "-l", ZERO, "HEAD", "--", "dockerfiles").catch(() => "")).toBe("");
      expect(await repository.git("log", "--format=%H", `${head}..HEAD`)).not.toBe("");
      expect(existsSync(join(repository.folder, ".git/manage-images/revision"))).toBe(false);
    },
    2 * MINUTE,
  );

  it(
    "by kill -9 while a hook is at work makes no commit when the hook is done",
    async () => {
      repository = (await makeSample(place, "killed-hook")).repository;
      const hook = "#!/bin/sh\ntouch .git/in-hook\nsleep 4\ntouch .git/hook-is-done\n";
      await repository.write({ ".git/hooks/pre-commit": { program: hook } });
      const head = await repository.git("rev-parse", "HEAD");
      const { child, ended } = start();
      await until(() => Promise.resolve(existsSync(join(repository.folder, ".git/in-hook"))));
      child.kill("SIGKILL");
      expect(await place.run(repository, "--image", "all", "--no-commit")).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(repository.folder, ".git/hook-is-done"))).toBe(false);
      await until(() => Promise.resolve(existsSync(join(repository.folder, ".git/hook-is-done"))));
      await ended;
      await sleep(500);
      expect(await repository.git("rev-parse", "HEAD")).toBe(head);
    },
    2 * MINUTE,
  );

  it(
    "by kill -9 after some pushes builds none of the pushed images again, and ends as if nothing had happened",
    async () => {
      await hanging("killed-later", 5.25);
      const { child, ended } = start();
      await until(() => isSleeping("5.25"));
      await until(async () =>
        (await place.run(repository, "plan", "--image", "base")).stdout.includes("reuse base"),
      );
      child.kill("SIGKILL");
      await ended;
      const ran = await place.run(repository, "--image", "all", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const { images } = JSON.parse(ran.stdout) as RunResult;
      expect(images).toMatchObject({ base: { outcome: "reused" }, right: { outcome: "built" } });
      expect(await repository.git("status", "--porcelain")).toBe("");
    },
    2 * MINUTE,
  );

  it(
    "keeps another run in the same clone out as long as it lives, and no longer",
    async () => {
      await hanging("two-runs", 33.5);
      const { child, ended } = start();
      await until(() => isSleeping("33.5"));
      const second = await place.run(repository, "--image", "all");
      expect(second.exitCode).toBe(1);
      expect(second.stderr).toMatch(new RegExp(`Another run .* process ${child.pid}`));
      child.kill("SIGKILL");
      await ended;
      const third = await place.run(repository, "--image", "tools");
      expect(third).toMatchObject({ exitCode: 0 });
      const left = await readdir(join(repository.folder, ".git/manage-images"));
      // The latter says for the next run which files hold a digest, where git could be asked in time.
      expect(left.filter((name) => name !== "holding.json")).toEqual(["logs"]);
    },
    2 * MINUTE,
  );

  it(
    "by Ctrl-C ends its builds, says so, and leaves everything as it was",
    async () => {
      await hanging("interrupted", 31.5);
      const before = await repository.snapshot();
      const { child, ended } = start("--format", "json");
      await until(() => isSleeping("31.5"));
      child.kill("SIGINT");
      const { exitCode, stdout, stderr } = await ended;
      expect(exitCode).toBe(130);
      await until(async () => !(await isSleeping("31.5")));
      expect(stderr).toMatch(/interrupted/);
      expect(JSON.parse(stdout)).toMatchObject({
        images: { base: { outcome: "built" }, right: { outcome: "aborted" }, top: { outcome: "aborted" } },
        references: [],
      });
      expect(await repository.snapshot()).toBe(before);
    },
    2 * MINUTE,
  );

  it(
    "by Ctrl-C twice ends at once",
    async () => {
      await hanging("twice", 32.5);
      const { child, ended } = start();
      await until(() => isSleeping("32.5"));
      child.kill("SIGINT");
      child.kill("SIGINT");
      expect((await ended).exitCode).toBe(130);
    },
    2 * MINUTE,
  );
});

async function isSleeping(seconds: string): Promise<boolean> {
  return run("pgrep", ["-f", `sleep ${seconds}`]).then(
    () => true,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error("It did not happen within 30 seconds.");
}
