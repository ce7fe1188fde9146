/** What the tabulator key does in real shells. The answers themselves are a table in test/cli/complete.test.ts. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";
import { startShell, type ShellSession } from "../support/shell-session.ts";

const run = promisify(execFile);
const MINUTE = 60_000;
const BIN = fileURLToPath(new URL("../../dist/cli/bin.cjs", import.meta.url));

/** The program as shells find it; what is not asked by a shell it says, and does not do. */
const PROGRAM = `#!/bin/sh
case $1 in __complete | completion) exec "${process.execPath}" "${BIN}" "$@" ;; esac
echo "ran: $*"
`;

/** What is typed behind the program's name, with \\t for the tabulator key, and the words that the program then gets. */
const CASES: readonly (readonly [what: string, typed: string, words: string])[] = [
  ["a command", "gra\t", "graph"],
  ["an image that is a word", "digest to\t", "digest tools"],
  ["an image behind its flag, and a flag", "--image to\t --dry\t", "--image tools --dry-run"],
  ["an image behind a sign", "plan --image=to\t", "plan --image=tools"],
  ["a flag behind an image behind a sign", "plan --image=tools --inp\t", "plan --image=tools --inputs"],
  ["a choice of a flag", "plan --format j\t", "plan --format json"],
  ["a file", "--metadata-file result\t", "--metadata-file results.json"],
];

let repository: Repository;
let bin: string;
let environment: Readonly<Record<string, string>>;
let session: ShellSession | undefined;

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), "bin-"));
  await writeFile(join(bin, "manage-images"), PROGRAM, { mode: 0o755 });
  repository = await makeRepository({
    "images.config.ts": `import { defineConfig } from "manage-images";
export default defineConfig({ registry: "registry.example", images: { base: {}, ["to" + "ols"]: {} } });\n`,
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
    "dockerfiles/tools.Dockerfile": "FROM scratch\n",
    "results.json": "{}\n",
  });
  environment = {
    ...GIT_ENVIRONMENT,
    HOME: bin,
    NO_COLOR: "1",
    PS1: "$ ",
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  // What uses the program at the tabulator key has used it before.
  expect(await manageImages(repository.folder, ["graph"], GIT_ENVIRONMENT)).toMatchObject({ exitCode: 0 });
});
afterEach(async () => {
  await session?.stop();
  session = undefined;
});
afterAll(async () => {
  await repository.remove();
  await rm(bin, { recursive: true });
});

describe.each([
  ["bash", "bash --norc --noprofile -i", 'eval "$(manage-images completion bash)"'],
  [
    "zsh",
    "zsh --no-rcs --interactive",
    'autoload -Uz compinit; compinit -u; eval "$(manage-images completion zsh)"',
  ],
] as const)("in %s", (_, command, setUp) => {
  it.each(CASES)(
    "the tabulator key completes %s",
    async (_, typed, words) => {
      session = startShell(command, repository.folder, environment);
      await session.type(`${setUp}; echo 're''ady'\n`, /^ready/m);
      const shown = await session.type(`manage-images ${typed}\n`, /^ran: .*$/m);
      expect(/^ran: (.*?)\s*$/m.exec(shown)?.[1]).toBe(words);
    },
    MINUTE,
  );
});

describe("in fish", () => {
  it.each([
    ["a command", "gra", ["graph\tShow the images"]],
    ["an image that is a word", "digest to", ["tools"]],
    ["images behind a flag", "plan --image ", ["base", "tools", "all\tevery image"]],
    ["an image behind a sign", "plan --image=to", ["--image=tools"]],
    ["a flag", "--dry", ["--dry-run\tShow what would be done"]],
    ["a file", "--metadata-file result", ["results.json"]],
  ] as const)(
    "the tabulator key completes %s",
    async (_, typed, expected) => {
      const script = `manage-images completion fish | source; complete --do-complete "manage-images ${typed}"`;
      const options = { cwd: repository.folder, env: { ...process.env, ...environment } };
      const { stdout } = await run("fish", ["--no-config", "--command", script], options);
      const lines = stdout.trimEnd().split("\n");
      expect(lines.map((line, index) => line.startsWith(expected[index] ?? "nothing"))).toEqual(
        expected.map(() => true),
      );
    },
    MINUTE,
  );
});

describe("a configuration", () => {
  const ask = (...words: readonly string[]) =>
    manageImages(fresh.folder, ["__complete", "bash", ...words], GIT_ENVIRONMENT);
  let fresh: Repository;
  beforeEach(async () => {
    fresh = await makeRepository({
      "images.config.js": `import { writeFileSync } from "node:fs";
writeFileSync("run", "");
export default { registry: "registry.example", images: { base: {} } };\n`,
      "dockerfiles/base.Dockerfile": "FROM scratch\n",
      "images.lock.json": JSON.stringify({
        version: 1,
        images: { known: { repository: "registry.example/known", digest: `sha256:${"1".repeat(64)}` } },
      }),
    });
  });
  afterEach(() => fresh.remove());

  it("is not run at the tabulator key in a clone where the program was never used", async () => {
    expect(await ask("--image", "")).toEqual({ exitCode: 0, stdout: "known\nall\n", stderr: "" });
    await expect(fresh.read("run")).rejects.toThrow("ENOENT");
  });

  it("is run where it was run before", async () => {
    expect(await manageImages(fresh.folder, ["graph"], GIT_ENVIRONMENT)).toMatchObject({ exitCode: 0 });
    expect(await ask("--image", "")).toMatchObject({ stdout: "base\nall\n" });
  });

  it("that is broken, or none, leaves the shell without names", async () => {
    expect(await manageImages(fresh.folder, ["graph"], GIT_ENVIRONMENT)).toMatchObject({ exitCode: 0 });
    await fresh.write({ "images.config.js": "broken(" });
    expect(await ask("--image", "")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

describe("the script", () => {
  it.each(["bash", "zsh", "fish"])("for %s is that of $SHELL where none is named", async (shell) => {
    const [named, guessed] = await Promise.all([
      manageImages("/", ["completion", shell]),
      manageImages("/", ["completion"], { SHELL: `/usr/local/bin/${shell}` }),
    ]);
    expect(named).toMatchObject({ exitCode: 0, stderr: "" });
    expect(guessed).toEqual(named);
  });

  it("is asked for by name where $SHELL is another one", async () => {
    const ran = await manageImages("/", ["completion"], { SHELL: "/bin/tcsh", NO_COLOR: "1" });
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("There is no completion for tcsh");
    expect(ran.stderr).toContain("manage-images completion bash|zsh|fish");
  });
});
