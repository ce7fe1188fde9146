import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { DescribedGraph } from "../../src/model/described-image.ts";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { startRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { sampleFiles, ZERO } from "./sample.ts";

const PREFIX = "registry.example/acme";
const ONE = `sha256:${"1".repeat(64)}`;
const ALL = ["--image", "all"];
const HALF_A_MINUTE = 30_000;

/** No engine; a mistake is told before one is looked for. */
const ENVIRONMENT = {
  ...GIT_ENVIRONMENT,
  DOCKER_HOST: "unix:///nowhere/docker.sock",
  CI: "true",
  NO_COLOR: "1",
};

/** What is other than in the sample; a file that is `undefined` is left out. */
type Changes = Readonly<Record<string, Content | undefined>>;

let repository: Repository | undefined;
afterEach(async () => {
  await repository?.remove();
  repository = undefined;
});

describe("a mistake is told, with what to do, before anything is changed", () => {
  it.concurrent.each<
    [what: string, changes: Changes, args: readonly string[], ...words: readonly (RegExp | string)[]]
  >([
    ["a lockfile that is a link", { "images.lock.json": { linkTo: "elsewhere.json" } }, ALL, "is a link"],
    // The command line: images and commands.
    ["no image named", {}, [], /manage-images --image base/, "The images are: base, tools, left, right, top"],
    [
      "an unknown image",
      {},
      ["--image", "rigth"],
      "There is no image rigth; did you mean right?",
      /tools, left/,
    ],
    ["--image without a value", {}, ["--image"], /image/, "--help"],
    ["an image without --image", {}, ["base"], "--image base"],
    ["a word that is no command", {}, ["frobnicate"], "There is no frobnicate", "--help"],
    ["a misspelt command", {}, ["grpah"], "There is no grpah; did you mean graph?"],
    ["a word too many", {}, ["graph", "frobnicate"], "frobnicate", "--help"],
    ["digest of no image", {}, ["digest"], /manage-images/],
    ["digest of an unknown image", {}, ["digest", "bse"], "There is no image bse; did you mean base?"],
    ["digest of a known and an unknown image", {}, ["digest", "base", "nvidia"], "There is no image nvidia"],

    // The command line: flags.
    ["a misspelt flag", {}, [...ALL, "--dry-rnu"], "There is no --dry-rnu; did you mean --dry-run?"],
    [
      "a word that a command does not know",
      {},
      ["registry", "strat"],
      'action cannot be "strat"; did you mean start?\n  action is one of: start, status, stop',
    ],
    ["a misspelt flag with a value", {}, ["--imgae=all"], "There is no --imgae; did you mean --image?"],
    ["a short flag that is none", {}, [...ALL, "-z"], "There is no -z", "--help"],
    ["a concurrency of 0", {}, [...ALL, "--concurrency", "0"], "--concurrency takes a whole number from 1"],
    ["a concurrency of x", {}, [...ALL, "--concurrency", "x"], "--concurrency takes a whole number from 1"],
    ["a concurrency of none", {}, [...ALL, "--concurrency"], /concurrency/],
    ["a push concurrency of 1.5", {}, [...ALL, "--push-concurrency=1.5"], /--push-concurrency takes a whole/],
    [
      "a format that is none",
      {},
      [...ALL, "--format", "xml"],
      '--format cannot be "xml"',
      "one of: text, json",
    ],
    [
      "a format of a graph that is none",
      {},
      ["graph", "--format", "jsn"],
      "did you mean json?",
      "dot, mermaid",
    ],
    [
      "a progress that is none",
      {},
      [...ALL, "--progress", "loud"],
      '--progress cannot be "loud"',
      "auto, tty, plain, quiet",
    ],
    ["--dry-run with a value that is none", {}, [...ALL, "--dry-run=maybe"], "--dry-run"],
    [
      "a registry with a scheme",
      {},
      [...ALL, "--registry", `https://${PREFIX}`],
      "--registry:",
      "Leave out https://",
    ],
    [
      "a metadata file in no directory",
      {},
      ["--only-references", "--metadata-file", "nowhere/result.json"],
      "nowhere",
    ],

    // Which configuration.
    [
      "a configuration that is not there",
      {},
      [...ALL, "--config", "nowhere.ts"],
      "There is no file nowhere.ts",
    ],
    [
      "a directory as the configuration",
      {},
      [...ALL, "--config", "docs"],
      "docs is no configuration",
      ".json",
    ],
    [
      "another file as the configuration",
      {},
      [...ALL, "-c", "compose.yaml"],
      "compose.yaml is no configuration",
    ],
    [
      "two configurations side by side",
      { "images.config.ts": "export default {};\n" },
      ALL,
      "both images.config.ts and images.config.json",
      "--config FILE",
    ],

    // A configuration that gives no object.
    [
      "a configuration that throws",
      program('const registry: string = "";', "if (!registry)", '  throw new Error("REGISTRY is not set");'),
      ALL,
      /images\.config\.ts:3: .*REGISTRY is not set/,
    ],
    [
      "a configuration that throws no error",
      program('throw "no registry";'),
      ALL,
      /images\.config\.ts\S* .*no registry/,
    ],
    [
      "a configuration that rejects",
      program('await Promise.reject(new Error("no"));'),
      ALL,
      /images\.config\.ts:1: .*no/,
    ],
    [
      "a configuration that imports what is not there",
      program('import "./nowhere.ts";'),
      ALL,
      /images\.config\.ts.*nowhere/,
    ],
    ["a syntax error", program("export default {", "  registry: ,", "};"), ALL, /images\.config\.ts:2: /],
    [
      "a syntax error of JSON",
      { "images.config.json": '{\n  "images": {,}\n}\n' },
      ALL,
      /config\.json:2: it is no JSON/,
    ],
    ["null as the default export", program("export default null;"), ALL, "exports null, not a configuration"],
    [
      "a function as the default export",
      program("export default () => ({});"),
      ALL,
      "exports a function",
      "call it",
    ],
    [
      "named exports only",
      program("export const images = { base: {} };"),
      ALL,
      "no default export",
      /export default/,
    ],
    ["an empty program", program(""), ALL, "images: is missing", "images: { base: {} }"],

    // What a configuration says.
    ["no images", configuration({ images: {} }), ALL, "images: there is no image", "images: { base: {} }"],
    ["no registry", configuration({ registry: undefined }), ALL, "registry: is missing", /registry: "/],
    [
      "an invalid registry",
      configuration({ registry: "Registry.example/ACME" }),
      ALL,
      /registry: .*no place/,
      /lower-case/,
    ],
    [
      "an invalid name",
      configuration({ images: { "My Image": {} } }),
      ALL,
      '"My Image" is no name',
      /lower-case/,
    ],
    [
      "a misspelt key",
      configuration({ registri: PREFIX }),
      ALL,
      "unknown key `registri`; did you mean `registry`?",
    ],
    [
      "a misspelt key of an image",
      configuration({ images: { base: { dockerFile: "Dockerfile" } } }),
      ALL,
      "images.base.dockerFile: unknown key `dockerFile`; did you mean `dockerfile`?",
      "The keys here are: dockerfile, context",
    ],
    [
      "an unknown dependency",
      configuration({ images: { base: {}, left: { dependencies: ["bsae"] } } }),
      ALL,
      'images.left.dependencies[0]: there is no image "bsae"',
    ],
    [
      "an unknown image as an argument",
      configuration({ images: { base: {}, left: { args: { BASE: "image:bsae" } } } }),
      ALL,
      'images.left.args.BASE: there is no image "bsae"; did you mean base?',
    ],
    [
      "several problems",
      configuration({
        registry: "https://x",
        colour: 1,
        images: { Base: {}, left: { tags: [], target: 7 } },
      }),
      ALL,
      "5 problems in the configuration",
      "registry: ",
      "colour: ",
      /images\.Base: /,
      "images.left.tags: ",
      "images.left.target: ",
    ],

    // What Dockerfiles say.
    [
      "a cycle",
      { "dockerfiles/base.Dockerfile": `FROM ${PREFIX}/top@${ZERO}\n` },
      ALL,
      "base -> top -> left -> base",
      /Take one of these dependencies out/,
    ],
    ["an image on itself", { "dockerfiles/base.Dockerfile": `FROM ${PREFIX}/base\n` }, ALL, "base -> base"],
    [
      "an undeclared dependency",
      { "dockerfiles/left.Dockerfile": `FROM ${PREFIX}/base\nCOPY --from=${PREFIX}/tools /bin/tool /\n` },
      ALL,
      "images.left.dependencies: tools is missing",
      'Add "tools"',
    ],
    [
      "a superfluous dependency",
      { "dockerfiles/left.Dockerfile": "FROM busybox:1.36\n" },
      ALL,
      "images.left.dependencies: base is superfluous",
      'Remove "base"',
    ],
    [
      "a missing Dockerfile",
      { "dockerfiles/tools.Dockerfile": undefined },
      ALL,
      "images.tools.dockerfile: there is no file dockerfiles/tools.Dockerfile",
      /Create it/,
    ],
    [
      "a directory as a Dockerfile",
      {
        "dockerfiles/tools.Dockerfile": undefined,
        "dockerfiles/tools.Dockerfile/Dockerfile": "FROM scratch\n",
      },
      ALL,
      /images\.tools\.dockerfile: .*dockerfiles\/tools\.Dockerfile/,
    ],
    [
      "a link as a Dockerfile",
      { "dockerfiles/tools.Dockerfile": { linkTo: "base.Dockerfile" } },
      ALL,
      /images\.tools\.dockerfile: .*link/,
    ],
    [
      "an empty Dockerfile",
      { "dockerfiles/base.Dockerfile": "" },
      ALL,
      /base\.Dockerfile:1: .*no FROM/,
      /FROM image/,
    ],
    [
      "an instruction that is none",
      { "dockerfiles/base.Dockerfile": "FROM busybox:1.36\n\nRUNN true\n" },
      ["graph"],
      "dockerfiles/base.Dockerfile:3: `RUNN` is no instruction",
      /Correct it/,
    ],
    [
      "a conflict in a Dockerfile of two images, told once",
      {
        ...configuration({
          registry: PREFIX,
          images: { one: { dockerfile: "Dockerfile" }, two: { dockerfile: "Dockerfile" } },
        }),
        Dockerfile: `<<<<<<< HEAD\nFROM a@${ONE}\n=======\nFROM a@${ZERO}\n>>>>>>> other\n`,
      },
      ["graph"],
      /^error: 1 problem in the configuration:\n {2}Dockerfile:1: it has conflict markers\n/,
      /take either and run again/,
    ],
    [
      "an argument of FROM without a value",
      { "dockerfiles/base.Dockerfile": "ARG VERSION\nFROM busybox:${VERSION}\n" },
      ALL,
      /dockerfiles\/base\.Dockerfile:2: the argument `VERSION` in .* has no value/,
      "ARG VERSION=",
    ],
    [
      "a variable in COPY --from",
      {
        "dockerfiles/base.Dockerfile":
          "ARG V=1.36\nFROM busybox:1.36\nARG V\nCOPY --from=busybox:${V} /bin /b\n",
      },
      ALL,
      "dockerfiles/base.Dockerfile:4: there is a variable in ",
      "FROM busybox:${V} AS name",
    ],
    [
      "a misspelt stage",
      {
        "dockerfiles/base.Dockerfile":
          "FROM busybox:1.36 AS builder\nFROM scratch\nCOPY --from=buidler /bin /b\n",
      },
      ALL,
      "dockerfiles/base.Dockerfile:3: `buidler` is neither a stage nor a named context",
      "Write `builder`",
    ],
    [
      "a target that is no stage",
      configuration({ images: { base: { target: "relase" } } }),
      ALL,
      "there is no stage `relase`",
    ],
    [
      "problems of several Dockerfiles",
      {
        "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUNN true\n",
        "dockerfiles/left.Dockerfile": "FROM busybox:1.36\n",
        "dockerfiles/tools.Dockerfile": "",
      },
      ALL,
      "3 problems",
      "dockerfiles/base.Dockerfile:2: ",
      "base is superfluous",
      "dockerfiles/tools.Dockerfile:1: ",
    ],
    [
      "a missing Dockerfile and a broken one",
      {
        "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nRUNN true\n",
        "dockerfiles/tools.Dockerfile": undefined,
      },
      ALL,
      "2 problems",
      "images.tools.dockerfile: ",
      "dockerfiles/base.Dockerfile:2: ",
    ],

    // The lockfile.
    [
      "a lockfile with conflict markers",
      lockfile(["<<<<<<< HEAD", '{ "version": 1 }', "=======", "{}", ">>>>>>> theirs", ""].join("\n")),
      ALL,
      "images.lock.json: it has conflict markers",
      /Take either side.*run again/,
    ],
    [
      "a lockfile of a later version",
      lockfile('{ "version": 2 }'),
      ALL,
      "images.lock.json: it is of version 2",
      "Upgrade",
    ],
    [
      "a lockfile that is no JSON",
      lockfile('{\n  "version": 1,,\n}\n'),
      ALL,
      "images.lock.json: ",
      /line 2/,
      /Restore it/,
    ],
    [
      "a lockfile without a version",
      lockfile("{}"),
      ["graph"],
      "images.lock.json: it cannot be read",
      '"version": 1',
    ],
    [
      "a lockfile with an entry that has no digest",
      lockfile(JSON.stringify({ version: 1, images: { base: { repository: `${PREFIX}/base` } } })),
      ["digest", "base"],
      "images.lock.json: it cannot be read: the entry of base",
    ],
  ])(
    "%s",
    async (_, changes, args, ...words) => {
      const sample = await makeRepository(filesWith(changes));
      try {
        const before = await sample.snapshot();
        const ran = await run(sample.folder, args);
        isToldAsMistake(ran);
        for (const word of words) expect(ran.stderr).toMatch(word);
        expect(await sample.snapshot()).toBe(before);
      } finally {
        await sample.remove();
      }
    },
    HALF_A_MINUTE,
  );

  it.each([
    [[...ALL, "--keep-goign"], /There is no --keep-goign; did you mean --keep-going\?/],
    [["graph", "--keep-going"], /^error: .*--keep-going/],
  ])("%j has a flag that is not there; that is told once", async (args, words) => {
    repository = await makeRepository(sampleFiles(PREFIX));
    const ran = await run(repository.folder, args);
    isToldAsMistake(ran);
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr).not.toMatch(/keepGo/);
    expect(ran.stderr).not.toMatch(/no (\S+); did you mean \1\?/);
    expect(ran.stderr.split("\n").filter((line) => line.includes("keep"))).toHaveLength(1);
  });

  it("no configuration at all; an example is shown", async () => {
    repository = await makeRepository({ "src/main.txt": "hello\n" });
    const before = await repository.snapshot();
    const ran = await run(join(repository.folder, "src"), ALL);
    isToldAsMistake(ran);
    expect(ran.stderr).toContain("There is no images.config.ts in ");
    expect(ran.stderr).toContain('import { defineConfig } from "manage-images"');
    expect(await repository.snapshot()).toBe(before);
  });

  it("no git repository", async () => {
    const folder = await mkdtemp(join(tmpdir(), "no-repository-"));
    try {
      const ran = await run(folder, ALL, { GIT_CEILING_DIRECTORIES: tmpdir() });
      isToldAsMistake(ran);
      expect(ran.stderr).toContain("is not in the checkout of a git repository");
      expect(ran.stderr).toContain("git init");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a checkout of another user's, as in a container of CI", async () => {
    repository = await makeRepository(filesWith({}));
    const ran = await run(repository.folder, ALL, { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" });
    isToldAsMistake(ran);
    expect(ran.stderr).toContain("git does not work in a checkout that belongs to another user");
    expect(ran.stderr).toContain(`git config --global --add safe.directory ${repository.folder}`);
    expect(ran.stderr).not.toContain("git init");
  });

  it.each([[["tools"]], [["base", "tools"]]])(
    "%j has no digest: exit code 1, and how to get one",
    async (names) => {
      const base = { repository: `${PREFIX}/base`, digest: ONE };
      repository = await makeRepository(
        filesWith(lockfile(JSON.stringify({ version: 1, images: { base } }))),
      );
      const before = await repository.snapshot();
      const ran = await run(repository.folder, ["digest", ...names]);
      isToldAsMistake(ran, 1);
      expect(ran.stderr).toMatch(/images\.lock\.json has no digest of \S*tools/);
      expect(ran.stderr).toContain("manage-images --image tools");
      expect(await repository.snapshot()).toBe(before);
    },
  );
});

describe("what might seem a mistake is none", () => {
  it("a configuration is found from a subdirectory, or named from there", async () => {
    repository = await makeRepository(sampleFiles(PREFIX));
    const docs = join(repository.folder, "docs");
    const found = await run(docs, ["graph"]);
    expect(found).toMatchObject({ exitCode: 0, stderr: "" });
    expect(found.stdout).toContain("top");
    expect(await run(docs, ["graph", "-c", "../images.config.json"])).toEqual(found);
  });

  it('a configuration imports "manage-images", although it is not installed there', async () => {
    repository = await makeRepository(
      filesWith(
        program(
          'import { defineConfig } from "manage-images";',
          'const names = ["base", "tools"] as const satisfies readonly string[];',
          "export default defineConfig({",
          `  registry: "${PREFIX}",`,
          "  images: Object.fromEntries(names.map((name: string) => [name, {}])),",
          "});",
        ),
      ),
    );
    const before = await repository.snapshot();
    const ran = await run(repository.folder, ["graph", "--format", "json"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect((JSON.parse(ran.stdout) as DescribedGraph).order).toEqual(["base", "tools"]);
    expect(await repository.snapshot()).toBe(before);
  });

  it("a bare name in FROM that is no stage is a base", async () => {
    const dockerfile = "FROM busybox AS build\nFROM debian\nCOPY --from=build /bin /b\n";
    repository = await makeRepository(filesWith({ "dockerfiles/base.Dockerfile": dockerfile }));
    const ran = await run(repository.folder, ["graph", "--format", "json"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const { images } = JSON.parse(ran.stdout) as DescribedGraph;
    expect(images["base"]?.bases.map(({ reference }) => reference)).toEqual(["busybox", "debian"]);
  });

  it.each([[["--dry-run"]], [["-n", "--format", "json"]], [["--dry_run", "--no-dependents"]]])(
    "%j changes nothing and needs no engine",
    async (flags) => {
      const registry = await startRegistry();
      try {
        repository = await makeRepository(sampleFiles(`${registry.host}/acme`));
        await repository.write({ "docs/images.md": "Uncommitted.\n" });
        const before = await repository.snapshot();
        const ran = await run(repository.folder, ["--image", "base", ...flags]);
        expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
        expect(ran.stdout).toContain("base");
        expect(await repository.snapshot()).toBe(before);
      } finally {
        await registry.stop();
      }
    },
    HALF_A_MINUTE,
  );

  it("--dry-run --only-references shows each pin that would be changed, and changes none", async () => {
    const base = { repository: `${PREFIX}/base`, digest: ONE };
    repository = await makeRepository(filesWith(lockfile(JSON.stringify({ version: 1, images: { base } }))));
    const before = await repository.snapshot();
    const ran = await run(repository.folder, ["--only-references", "--dry-run"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("dockerfiles/left.Dockerfile");
    expect(ran.stdout).toContain(".github/workflows/ci.yml");
    expect(await repository.snapshot()).toBe(before);
  });

  it.each([[[]], [["graph"]], [["digest"]]])("%j --help teaches, and --version tells", async (command) => {
    repository = await makeRepository();
    const help = await run(repository.folder, [...command, "--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run(repository.folder, [...command, "-h"])).toEqual(help);
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { readonly version: string };
    const told = await run(repository.folder, [...command, "--version"]);
    expect(told).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    expect(help.stdout).toContain("--config");
    expect(help.stdout).toMatch(new RegExp(`Examples:\n +${["manage-images", ...command].join(" ")} `));
  });
});

function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return manageImages(folder, args, { ...ENVIRONMENT, ...environment });
}

/** An error on standard error, with a remedy on a line of its own, and nothing else. */
function isToldAsMistake({ exitCode, stdout, stderr }: Ran, expected = 2): void {
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: expected,
    stdout: "",
    stderr: expect.stringMatching(/^error: .+\n(?:.*\n)* {2,}\S/),
  });
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(stderr).not.toMatch(/undefined|\[object|This is a bug/);
}

function filesWith(changes: Changes): Record<string, Content> {
  const files = Object.entries({ ...sampleFiles(PREFIX), ...changes });
  return Object.fromEntries(files.filter((file): file is [string, Content] => file[1] !== undefined));
}

/** A configuration that is a program, instead of the sample's. */
function program(...lines: readonly string[]): Changes {
  return { "images.config.json": undefined, "images.config.ts": `${lines.join("\n")}\n` };
}

/** Other values in a configuration of one image. */
function configuration(values: Readonly<Record<string, unknown>>): Changes {
  return { "images.config.json": JSON.stringify({ registry: PREFIX, images: { base: {} }, ...values }) };
}

function lockfile(text: string): Changes {
  return { "images.lock.json": text };
}
