import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { NoOperationTraceWriter } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { afterEach, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { makeRepository, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, twoImages, ZERO } from "../main-job/sample.ts";

const MINUTE = 60_000;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const place = placeForTests();
let repository: Repository;
afterEach(() => repository.remove());

interface Action {
  readonly inputs: Readonly<Record<string, object>>;
  readonly outputs: Readonly<Record<string, object>>;
  readonly runs: { readonly using: string; readonly main: string };
}
const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;

/** Runs the action's program as GitHub does. */
async function act(inputs: Readonly<Record<string, string>>) {
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
  const { folder, write, read } = repository;
  await write({ ".git/output": "", ".git/summary": "" });
  const given = Object.entries(inputs).map(
    ([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const,
  );
  const child = spawn(process.execPath, [join(ROOT, action.runs.main)], {
    cwd: folder,
    env: {
      ...process.env,
      ...place.environment,
      ...Object.fromEntries(given),
      GITHUB_OUTPUT: join(folder, ".git/output"),
      GITHUB_STEP_SUMMARY: join(folder, ".git/summary"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const written = (await read(".git/output")).toString();
  const outputs = [...written.matchAll(/^(\S+)<<(\S+)\n(.*)\n\2$/gm)].map(
    ([, name = "", , value]) => [name, value] as const,
  );
  const summary = (await read(".git/summary")).toString();
  return { exitCode: child.exitCode, stdout, outputs: new Map(outputs), summary };
}

async function given(test: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const prefix = prefixOf(place.registry.host, `action-${test}`);
  repository = await makeRepository({ ...twoImages(prefix), ".gitignore": "node_modules\n", ...files });
  await mkdir(join(repository.folder, "node_modules"));
  await symlink(ROOT, join(repository.folder, "node_modules/manage-images"));
  return prefix;
}

describe("the GitHub Action", () => {
  it("is one by GitHub's own parser", async () => {
    await given("parsed");
    const content = readFileSync(join(ROOT, "action.yml"), "utf8");
    const parsed = (text: string) =>
      parseAction({ name: "action.yml", content: text }, new NoOperationTraceWriter())
        .context.errors.getErrors()
        .map(({ message }) => message);
    expect(parsed(content)).toEqual([]);
    expect(parsed(content.replace("main:", "mein:"))).not.toEqual([]);
  });

  it(
    "hands the result on, and lets GitHub obey nothing that a repository's names say",
    async () => {
      const prefix = prefixOf(place.registry.host, "action-run");
      const hostile = "::set-output name=x::<script>`*.md";
      await given("run", { [hostile]: `${prefix}/base@${ZERO}\n` });
      const { exitCode, stdout, outputs, summary } = await act({ command: "--image\nall\n" });
      expect(exitCode).toBe(0);
      expect([...outputs.keys()]).toEqual(Object.keys(action.outputs));
      const digests = JSON.parse(outputs.get("digests") ?? "") as Record<string, string>;
      expect(Object.keys(digests).sort()).toEqual(["base", "right"]);
      expect(JSON.parse(outputs.get("changed-files") ?? "")).toEqual(
        expect.arrayContaining([hostile, "dockerfiles/right.Dockerfile", "docs/images.md"]),
      );
      expect(JSON.parse(outputs.get("json") ?? "")).toHaveProperty("images.base.outcome", "built");
      expect(outputs.get("pull-request-number")).toBe("");

      // From its beginning to its end nothing is a command.
      const [first = "", ...lines] = stdout.split("\n").filter((line) => line !== "");
      const token = /^::stop-commands::(.+)$/.exec(first)?.[1] ?? "none";
      expect(lines.at(-1)).toBe(`::${token}::`);
      expect(lines.slice(0, -1).join("\n")).not.toContain(token);
      expect(summary).toMatch(/^<pre>\n[^<>]*base[^<>]*\n<\/pre>\n$/);
      expect(summary).toContain("&lt;script&gt;");
    },
    2 * MINUTE,
  );

  it(
    "annotates the job with images that failed, whatever their logs say, and keeps to what a summary may have",
    async () => {
      const prefix = await given("failed", {
        "dockerfiles/base.Dockerfile": 'FROM busybox:1.36\nRUN echo "::error::x"; false\n',
      });
      const failed = await act({ command: "--image\nall" });
      expect(failed.exitCode).toBe(1);
      const [, token = ""] = /^::stop-commands::(.+)$/m.exec(failed.stdout) ?? [];
      const [, after] = failed.stdout.split(`\n::${token}::\n`);
      expect(after).toMatch(/^::error title=base failed::[^\n]+\n$/);
      expect(JSON.parse(failed.outputs.get("digests") ?? "")).toEqual({});

      const many = Array.from({ length: 12_000 }, (_, line) => `${prefix}/nothing-${line}@${ZERO}\n`);
      await repository.write({ "docs/many.md": many.join("") });
      await repository.git("add", "docs/many.md");
      const { exitCode, stdout, summary } = await act({ command: "check" });
      expect(exitCode).toBe(1);
      expect(Buffer.byteLength(stdout)).toBeGreaterThan(1_048_576);
      expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
      expect(summary).toMatch(/^<pre>\n[^<>]*… the rest is in the log\n<\/pre>\n$/);
    },
    2 * MINUTE,
  );

  it(
    "passes annotations through, and the exit code, and runs commands that have no result to hand on",
    async () => {
      await given("check", { "dockerfiles/base.Dockerfile": "FROM busybox\nADD . /\n" });
      for (const command of ["check\n--format\ngithub", "lint\n--format=github"]) {
        const { exitCode, stdout, outputs } = await act({ command });
        expect([command, exitCode]).toEqual([command, 1]);
        expect(stdout).toMatch(/^::error /);
        expect(outputs.size).toBe(0);
      }
      const tags = await act({ command: "tags\n--format\njson" });
      expect([tags.exitCode, tags.outputs.size]).toEqual([0, 0]);
    },
    MINUTE,
  );

  it(
    "passes arguments on as they are, without a shell, and says so where the program is not installed",
    async () => {
      await given("arguments");
      const { exitCode } = await act({ command: "plan\n--image\n$(touch executed); `touch executed`" });
      expect(exitCode).toBe(2);
      expect(await repository.read("executed").catch(() => "nothing")).toBe("nothing");
      await repository.git("clean", "--quiet", "-fdx", "node_modules");
      const missing = await act({ command: "plan", program: "docs" });
      expect(missing.exitCode).toBe(1);
      expect(missing.stdout).toMatch(
        /^::error title=manage-images::manage-images is not installed in .*npm ci/,
      );
    },
    MINUTE,
  );
});
