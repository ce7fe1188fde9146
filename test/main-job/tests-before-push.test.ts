import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { docker } from "../adapters/engine/engine-world.ts";
import { startManageImages, type Ran } from "../support/manage-images.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTE = 60_000;

/** `child` on `app`, whose entry point says what it is called with; `app` has these tests. */
function appWith(prefix: string, test: unknown, app = ""): Record<string, string> {
  const images = { app: { test }, child: {} };
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images }),
    "dockerfiles/app.Dockerfile": [
      "FROM busybox:1.36",
      'RUN printf \'#!/bin/sh\\necho called with: "$@"\\nexec "$@"\\n\' >/entry && chmod +x /entry',
      'ENTRYPOINT ["/entry"]',
      'CMD ["echo", "by default"]',
      app,
      "",
    ].join("\n"),
    "dockerfiles/child.Dockerfile": `FROM ${prefix}/app@${ZERO}\nRUN echo child >/child\n`,
    ".dockerignore": "*\n",
  };
}

describe("tests before push", () => {
  const place = placeForTests();
  let repository: Repository;

  afterEach(async () => {
    await repository.remove();
    // The engine may still be taking one away.
    while ((await docker(place.engine, "ps", "--all", "--quiet")) !== "") await sleep(50);
  });

  async function runAll(...args: readonly string[]): Promise<Ran & { readonly result: RunResult }> {
    const ran = await place.run(repository, "--image", "all", "--format", "json", ...args);
    return { ...ran, result: JSON.parse(ran.stdout) as RunResult };
  }

  async function logOf({ images }: RunResult, image: string): Promise<string> {
    return readFile(images[image]?.log ?? "", "utf8");
  }

  async function tagsOf(prefix: string, image: string): Promise<number> {
    const { pathname } = new URL(`http://${prefix}`);
    return (await fetch(`${place.registry.url}/v2${pathname}/${image}/tags/list`)).status;
  }

  it(
    "run in the new image, as it is called: arguments for its entry point, its command, another entry point",
    async () => {
      const tests = [
        ["echo", "by test", "$HOME"],
        [],
        { command: ["-c", "echo to stderr >&2; printf 'no line feed'"], entrypoint: ["sh"] },
      ];
      repository = await makeRepository(appWith(prefixOf(place.registry.host, "tests-pass"), tests));
      const { exitCode, result, stderr } = await runAll();
      expect(exitCode).toBe(0);
      expect(stderr).toContain("app: testing");
      expect(result.images).toMatchObject({ app: { outcome: "built" }, child: { outcome: "built" } });
      const log = await logOf(result, "app");
      for (const line of [
        'test 1 of 3: echo "by test" "$HOME"',
        "called with: echo by test $HOME",
        "by test $HOME",
        "test 2 of 3: the image's own command",
        "by default",
        "to stderr",
        "no line feed",
        "test 3 of 3 passed",
      ])
        expect(log.split("\n")).toContain(line);
    },
    2 * MINUTE,
  );

  it.each<[string, unknown, RegExp, RegExp]>([
    [
      "fails",
      [["true"], ["sh", "-c", "echo what went wrong; exit 3"], ["echo", "never run"]],
      /^Test 2 of app failed with exit code 3: sh -c "echo what went wrong; exit 3"$/m,
      /^what went wrong$/m,
    ],
    [
      "is no program of the image's",
      [{ command: [], entrypoint: ["no-such-program"] }],
      /^Test 1 of app could not be run \(exec: "no-such-program": .*\): no-such-program$/m,
      /no-such-program/,
    ],
    [
      "takes too long",
      [{ command: ["sh", "-c", "echo waiting; sleep 1000"], timeout: 2 }],
      /^Test 1 of app did not end within 2 s: /m,
      /^test 1 of 1: sh -c /m,
    ],
  ])(
    "that %s is the image's failure, and nothing is pushed",
    async (_, test, error, line) => {
      const prefix = prefixOf(place.registry.host, "tests-fail");
      repository = await makeRepository(appWith(prefix, test));
      const before = await repository.snapshot();
      const { exitCode, result } = await runAll();
      expect(exitCode).toBe(1);
      expect(result.images).toMatchObject({
        app: { outcome: "failed", pushed: false },
        child: { pushed: false },
      });
      expect(result.images["child"]?.outcome).toMatch(/skipped|aborted/);
      expect(result.images["app"]?.error).toMatch(error);
      expect(result.images["app"]?.error).toContain("images.app.test");
      expect(await logOf(result, "app")).toMatch(line);
      expect(await logOf(result, "app")).not.toContain("never run");
      expect(await tagsOf(prefix, "app")).toBe(404);
      expect(await tagsOf(prefix, "child")).toBe(404);
      expect(await repository.snapshot()).toBe(before);
    },
    2 * MINUTE,
  );

  it(
    "have no network unless they ask for it",
    async () => {
      const hasNetwork = ["sh", "-c", "cut -d: -f1 /proc/net/dev | grep -q eth0"];
      const hasNone = ["sh", "-c", "! cut -d: -f1 /proc/net/dev | grep -q eth0"];
      const tests = [hasNone, { command: hasNetwork, network: "default" }];
      repository = await makeRepository(appWith(prefixOf(place.registry.host, "tests-network"), tests));
      expect(await runAll()).toMatchObject({ exitCode: 0 });
    },
    2 * MINUTE,
  );

  it(
    "are no part of what an image is: another test builds nothing, and --force tests what there is",
    async () => {
      const prefix = prefixOf(place.registry.host, "tests-changed");
      repository = await makeRepository(appWith(prefix, [["true"]]));
      const first = await runAll();
      expect(first).toMatchObject({ exitCode: 0 });
      await repository.write(appWith(prefix, [["sh", "-c", "exit 9"]], "# as it was, but for the test"));
      await repository.git("checkout", "-q", "dockerfiles");
      expect((await runAll()).result.images).toEqual({});
      const forced = await runAll("--force", "--no-push");
      expect(forced).toMatchObject({ exitCode: 1, result: { images: { app: { outcome: "failed" } } } });
      await repository.write(appWith(prefix, [["sh", "-c", "exit 0"]]));
      await repository.git("checkout", "-q", "dockerfiles");
      const again = await runAll("--force");
      expect(again).toMatchObject({ exitCode: 0 });
      expect(again.result.images["app"]?.digest).toBe(first.result.images["app"]?.digest);
    },
    3 * MINUTE,
  );

  it(
    "end with the run that is interrupted",
    async () => {
      const prefix = prefixOf(place.registry.host, "tests-interrupted");
      repository = await makeRepository(appWith(prefix, [["sleep", "1000"]]));
      const { child, ended } = startManageImages(
        repository.folder,
        ["--image", "all", "--format", "json"],
        place.environment,
      );
      while ((await docker(place.engine, "ps", "--quiet")) === "") await sleep(50);
      child.kill("SIGINT");
      const { exitCode, stdout } = await ended;
      expect(exitCode).toBe(130);
      expect((JSON.parse(stdout) as RunResult).images["app"]?.outcome).toBe("aborted");
      expect(await tagsOf(prefix, "app")).toBe(404);
    },
    2 * MINUTE,
  );
});
