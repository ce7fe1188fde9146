import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  realpath,
  rm,
  symlink,
  truncate,
  utimes,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { askAhead } from "../../src/adapters/git/ask-ahead.ts";
import { locate } from "../../src/adapters/git/locate.ts";
import { openCheckout } from "../../src/adapters/git/open-checkout.ts";
import { main } from "../../src/cli/main.ts";
import { keyOf, recall } from "../../src/cli/nothing-to-do.ts";
import { tellNothing } from "../../src/cli/tell-nothing.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage } from "../support/push-manifest.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import {
  commitAll,
  makeRepository,
  repositoryAt,
  type Content,
  type Repository,
} from "../support/repository.ts";

const ALL = ["--image", "all"];

/** Files that were written just now may be written once more without looking different. In milliseconds. */
const A_WHILE = 1200;

let registry: LocalRegistry;
/** Of all images. */
let digest: string;
let repository: Repository;
beforeAll(async () => {
  registry = await startRegistry();
  for (const image of ["base", "app"]) digest = await pushImage(registry, `ours/${image}`, "an image");
});
afterAll(async () => {
  for (const { remove } of made.values()) await remove();
  await registry.stop();
});
afterEach(() => repository.remove());

type Files = Readonly<Record<string, Content>>;

/** `app` on `base`, with a context of its own, and what git ignores. */
function filesOf(prefix: string, app: object = { context: "app" }): Files {
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { base: {}, app } }),
    "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUN true\n",
    "dockerfiles/app.Dockerfile": `FROM ${prefix}/base@${digest}\nCOPY . /app\n`,
    "app/main.sh": { program: "#!/bin/sh\ntrue\n" },
    "app/.dockerignore": "build\n",
    "app/link": { linkTo: "main.sh" },
    "docs/images.md": `${prefix}/app@${digest}\n`,
    ".gitignore": "*.log\nbuild\n",
  };
}

function sinkOf(texts: string[]) {
  const stream = new Writable({
    write: (text: Buffer, _, done) => {
      texts.push(text.toString());
      done();
    },
  });
  return Object.assign(stream, { columns: 80 });
}

function terminalOf(
  words: readonly string[],
  directory: string,
  stdout: string[],
  stderr: string[],
): Terminal {
  return {
    arguments: words,
    directory,
    environment: { NO_COLOR: "1" },
    stdout: sinkOf(stdout),
    stderr: sinkOf(stderr),
    interrupt: new AbortController().signal,
  };
}

/** Runs the program in this process, as `bin` does where nothing is recalled. */
async function run(words: readonly string[] = ALL, directory = repository.folder) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const ahead = askAhead(directory, locate(directory));
  const exitCode = await main({ ...terminalOf(words, directory, stdout, stderr), ahead, beginning: "key" });
  ahead.end();
  return { exitCode, stdout: stdout.join(""), stderr: stderr.join("") };
}

/** What a run would recall now. */
async function recalled() {
  const found = await recall("key", await locate(repository.folder));
  return found !== undefined && (await found.isStillSo()) ? found.end : undefined;
}

/** Writes a lockfile that says of all images that they are up to date. */
async function lockAll(): Promise<void> {
  const images: Record<string, object> = {};
  // What a dependent is made of is known when its dependency is up to date.
  for (const image of ["base", "app"]) {
    const { stdout, stderr } = await run(["plan", ...ALL, "--format", "json"]);
    expect(stderr).toBe("");
    const plan = JSON.parse(stdout) as { images: Record<string, { fingerprint: string }> };
    const { fingerprint } = plan.images[image] ?? {};
    images[image] = { repository: `${prefix()}/${image}`, digest, fingerprint };
    await write({ "images.lock.json": JSON.stringify({ version: 1, images }) });
  }
}

/** Repositories whose images are up to date, by what is in them. */
const made = new Map<string, Repository>();

/** Makes a repository whose images are up to date. */
async function makeUpToDate(files: Files = filesOf(prefix())): Promise<void> {
  const key = JSON.stringify(files);
  const first = made.get(key) ?? (await makeFirst(files));
  made.set(key, first);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "repository-")));
  await cp(first.folder, folder, { recursive: true, verbatimSymlinks: true });
  repository = repositoryAt(folder);
  await git("status");
}

async function makeFirst(files: Files): Promise<Repository> {
  repository = await makeRepository(files);
  await lockAll();
  await commitAll(repository);
  return repository;
}

const prefix = () => `${registry.host}/ours`;
const git = (...args: readonly string[]) => repository.git(...args);
const write = (files: Record<string, Content>) => repository.write(files);
const file = (path: string) => join(repository.folder, path);

describe("a run that found nothing to do is recalled", () => {
  beforeEach(async () => {
    await makeUpToDate();
    await write({ "app/build/x": "x\n", "more.log": "a log\n" });
    expect(await run()).toMatchObject({ exitCode: 0, stdout: "Nothing to do.\n" });
    expect(await recalled()).toEqual({ images: ["base", "app"], progress: "auto", format: "text" });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["again and again", recalled],
    ["after a commit that changes nothing", () => git("commit", "--allow-empty", "-m", "Nothing")],
    ["when what git and the contexts ignore changes", () => appendFile(file("app/build/x"), "y\n")],
    ["when something is made below it", () => write({ "app/build/sub/new": "z\n" })],
    ["when a log is written", () => appendFile(file("more.log"), "more\n")],
  ])("%s", async (_, change) => {
    await change();
    expect(await recalled()).toBeDefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a Dockerfile changes", () => appendFile(file("dockerfiles/app.Dockerfile"), "RUN true\n")],
    [
      "a file of a context changes, and its change is staged",
      async () => {
        await appendFile(file("app/main.sh"), "false\n");
        await git("add", "app/main.sh");
      },
    ],
    [
      "a change is committed",
      async () => {
        await appendFile(file("app/main.sh"), "false\n");
        await git("commit", "--all", "--message", "Change");
      },
    ],
    ["a file's mode changes", () => chmod(file("app/main.sh"), 0o644)],
    [
      "a link leads elsewhere",
      async () => {
        await rm(file("app/link"));
        await symlink("elsewhere", file("app/link"));
      },
    ],
    ["a file goes", () => rm(file("docs/images.md"))],
    ["a file is touched", () => utimes(file("docs/images.md"), 1, 1)],
    ["the configuration changes", () => appendFile(file("images.config.json"), "\n")],
    ["a second configuration comes", () => write({ "images.config.ts": "" })],
    ["the lockfile changes", () => appendFile(file("images.lock.json"), "\n")],
    ["a new file comes into a context", () => write({ "app/new.txt": "new\n" })],
    ["one that git ignores", () => write({ "app/new.log": "new\n" })],
    ["an empty directory", () => mkdir(file("app/empty"))],
    ["an ignore file for a Dockerfile", () => write({ "dockerfiles/app.Dockerfile.dockerignore": "*\n" })],
    [
      "git is told not to look at a file, which then changes",
      async () => {
        await git("update-index", "--assume-unchanged", "app/main.sh");
        await appendFile(file("app/main.sh"), "false\n");
      },
    ],
    [
      "another branch is checked out, and this one again",
      async () => {
        await git("switch", "--create", "other");
        await appendFile(file("app/main.sh"), "false\n");
        await git("commit", "--all", "--message", "Change");
        await git("switch", "main");
      },
    ],
    ["what was remembered is cut short", () => truncate(file(".git/manage-images/nothing-to-do.json"), 100)],
    ["another run is at work", () => symlink("somebody", file(".git/manage-images/run.lock"))],
    ["one was killed while it wrote", () => mkdir(file(".git/manage-images/revision"))],
  ])("not when %s", async (_, change) => {
    await change();
    expect(await recalled()).toBeUndefined();
  });

  it("not by another key", async () => {
    expect(await recall("other", await locate(repository.folder))).toBeUndefined();
  });

  it("not when a run begins and ends while it is looked at", async () => {
    const found = await recall("key", await locate(repository.folder));
    const other = await openCheckout(repository.folder);
    await (
      await other.lock()
    )();
    expect(await found?.isStillSo()).toBe(false);
  });

  it("not when the same lines are written with other endings", async () => {
    await write({ ".gitattributes": "* text=auto\n" });
    await commitAll(repository);
    await run();
    expect(await recalled()).toBeDefined();
    const text = (await repository.read("dockerfiles/app.Dockerfile")).toString();
    await write({ "dockerfiles/app.Dockerfile": text.replaceAll("\n", "\r\n") });
    expect(await recalled()).toBeUndefined();
  });
});

describe("with files that git neither tracks nor ignores it is recalled", () => {
  beforeEach(async () => {
    await makeUpToDate();
    await write({ "scratch.txt": "a note\n" });
    await pause(A_WHILE);
    await git("status");
    await run();
    expect(await recalled()).toBeDefined();
  });

  it("after a look at the state", async () => {
    await git("status");
    expect(await recalled()).toBeDefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    ["one changes", () => appendFile(file("scratch.txt"), "more\n")],
    ["one goes", () => rm(file("scratch.txt"))],
    ["one is added", () => git("add", "scratch.txt")],
    ["it is ignored", () => appendFile(file(".git/info/exclude"), "scratch.txt\n")],
  ])("not when %s", async (_, change) => {
    await change();
    expect(await recalled()).toBeUndefined();
  });
});

describe("nothing is remembered of a run", () => {
  it.each<[string, () => Files, () => Promise<unknown>]>([
    ["with a change that is not committed", filesHere, () => chmod(file("docs/images.md"), 0o755)],
    [
      "with a file in a context that git does not track",
      filesHere,
      async () => {
        await git("rm", "--cached", "--quiet", "app/main.sh");
        await git("commit", "--quiet", "--message", "Untracked");
      },
    ],
    [
      "with a file that git is not to look at",
      filesHere,
      () => git("update-index", "--skip-worktree", "app/link"),
    ],
    ["with a file that was written just now", filesHere, () => write({ "scratch.txt": "new\n" })],
    [
      "with a context in a linked directory",
      () => ({ ...filesOf(prefix(), { context: "linked" }), linked: { linkTo: "app" } }),
      nothing,
    ],
    [
      "whose Dockerfile a program writes",
      () => ({
        ...filesOf(prefix(), { context: "app", dockerfile: { command: ["cat", "dockerfiles/app.in"] } }),
        "dockerfiles/app.in": `FROM ${prefix()}/base\n`,
      }),
      nothing,
    ],
    [
      "whose configuration needs other modules",
      () => asProgram('import "./dockerfiles/more.ts";\n'),
      nothing,
    ],
    ["whose configuration git does not track", filesHere, () => git("rm", "--cached", "images.config.json")],
  ])("%s", async (_, files, change) => {
    await makeUpToDate(files());
    await change();
    expect(await run()).toMatchObject({ exitCode: 0, stdout: "Nothing to do.\n" });
    expect(await recalled()).toBeUndefined();
  });

  it.each([
    [["--dry-run"]],
    [["--since", "HEAD"]],
    [["--metadata-file", ".git/it.json"]],
    [["--only-references"]],
  ])("with %j", async (words) => {
    await makeUpToDate();
    expect(await run([...ALL, ...words])).toMatchObject({ exitCode: 0 });
    expect(await recalled()).toBeUndefined();
  });
});

describe("a configuration that is a program", () => {
  it.each([
    ["is run to see whether it says the same", '"Pins"', true],
    ["and says something else each time", "`At ${process.hrtime.bigint()}`", false],
  ])("%s", async (_, message, expected) => {
    await makeUpToDate(asProgram("", message));
    expect(await run()).toMatchObject({ exitCode: 0, stdout: "Nothing to do.\n" });
    expect((await recalled()) !== undefined).toBe(expected);
  });
});

/** The same with a program as its configuration. */
function asProgram(imports: string, message = '"Pins"'): Files {
  const { "images.config.json": json = "", ...files } = filesOf(prefix()) as Record<string, string>;
  return {
    ...files,
    "dockerfiles/more.ts": "export {};\n",
    "images.config.ts": `import { defineConfig } from "manage-images";\n${imports}
export default defineConfig({ ...${json}, commit: { message: ${message} } });\n`,
  };
}

function filesHere(): Files {
  return filesOf(prefix());
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

describe("what is told", () => {
  it.each([
    [[]],
    [["--progress", "plain"]],
    [["--progress", "quiet"]],
    [["--progress", "tty"]],
    [["--format", "json"]],
  ])("is the same with %j", async (words) => {
    await makeUpToDate();
    const told = await run([...ALL, ...words]);
    const end = await recalled();
    const [stdout, stderr]: [string[], string[]] = [[], []];
    if (end !== undefined) await tellNothing(terminalOf([], repository.folder, stdout, stderr), end);
    expect([stdout.join(""), stderr.join("")]).toEqual([told.stdout, told.stderr]);
  });
});

it("the program tells what it recalls", async () => {
  await makeUpToDate();
  await manageImages(repository.folder, ALL);
  const memory = ".git/manage-images/nothing-to-do.json";
  const text = (await repository.read(memory)).toString();
  await write({ [memory]: text.replace('["base","app"]', '["other"]') });
  const told = await manageImages(repository.folder, ALL);
  expect(told).toMatchObject({ exitCode: 0, stdout: "Nothing to do.\n" });
  expect(told.stderr).toContain(", 1 up to date");
});

describe("a run is known by", () => {
  const terminal = { arguments: ALL, directory: "/here", environment: { HOME: "/home" } };
  const key = keyOf("program", terminal);

  it.each([
    ["its words", "program", { ...terminal, arguments: [...ALL, "--force"] }],
    ["its directory", "program", { ...terminal, directory: "/there" }],
    ["its environment", "program", { ...terminal, environment: { HOME: "/root" } }],
    ["the program", "another", terminal],
  ])("%s", (_, program, other) => {
    expect(keyOf(program, other)).not.toBe(key);
  });

  it("not by what a shell counts", () => {
    expect(keyOf("program", { ...terminal, environment: { SHLVL: "2", HOME: "/home", _: "x" } })).toBe(key);
  });

  it("nothing where variables stand for flags", () => {
    expect(keyOf("program", { ...terminal, environment: { MANAGE_IMAGES_FORCE: "1" } })).toBeUndefined();
  });
});
