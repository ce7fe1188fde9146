import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "@jest/globals";
import { manageImages, type Ran } from "../support/manage-images.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../support/repository.ts";
import { placeForTests, prefixOf, ZERO } from "./sample.ts";

const MINUTE = 60_000;
const CHILD = "dockerfiles/child.Dockerfile";
const BASE = "dockerfiles/base.Dockerfile";
const LOCKFILE = "images.lock.json";
const OTHER = `sha256:${"5".repeat(64)}`;
const run = promisify(execFile);

const place = placeForTests();
let repository: Repository;
let prefix: string;

afterEach(() => repository.remove());

type Files = Readonly<Record<string, Content>>;

/** `child` on `base`, without any step that takes time, and a document that refers to both. */
function smallFiles(): Files {
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images: { base: {}, child: {} } }),
    [BASE]: `FROM busybox:1.36\nLABEL base=${prefix}\n`,
    [CHILD]: `FROM ${pin("base")}\nLABEL child=${prefix}\n`,
    ".dockerignore": "*\n",
    "notes.md": `${pin("base")}\n${pin("child")}\n`,
  };
}

/** A repository of the test's own, whose images nobody else has. */
async function given(test: string, changes: () => Files = () => ({})): Promise<void> {
  prefix = prefixOf(place.registry.host, test);
  repository = await makeRepository({ ...smallFiles(), ...changes() });
}

function pin(image: string, digest = ZERO): string {
  return `${prefix}/${image}@${digest}`;
}

function runs(...flags: readonly string[]): Promise<Ran> {
  return place.run(repository, "--image", "all", ...flags);
}

/** A run that needs no engine. */
function runsWithoutEngine(...flags: readonly string[]): Promise<Ran> {
  const environment = { ...place.environment, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  return manageImages(repository.folder, flags, environment);
}

async function text(path: string): Promise<string> {
  return (await repository.read(path)).toString();
}

/** The digest that the lockfile has. */
async function digestOf(image: string): Promise<string> {
  const { images } = JSON.parse(await text(LOCKFILE)) as { images: Record<string, { digest: string }> };
  const digest = images[image]?.digest ?? "none";
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digest).not.toBe(ZERO);
  return digest;
}

async function head(): Promise<string> {
  return repository.git("rev-parse", "--verify", "--quiet", "HEAD").catch(() => "none");
}

/** What the registry has for an image, as the engine shows it. */
async function inspect(image: string, format: string): Promise<unknown> {
  const name = pin(image, await digestOf(image));
  const docker = ["--host", place.engine.host];
  await run("docker", [...docker, "pull", "--quiet", name]);
  return JSON.parse((await run("docker", [...docker, "image", "inspect", "--format", format, name])).stdout);
}

function labels(image: string): Promise<unknown> {
  return inspect(image, "{{json .Config.Labels}}");
}

async function isInRegistry(image: string): Promise<boolean> {
  const { pathname } = new URL(`http://${prefix}/${image}/tags/list`);
  return (await fetch(`${place.registry.url}/v2${pathname}`)).ok;
}

/** A text in which it cannot be told what digests are. */
function masked(diff: string): string {
  return diff
    .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:…")
    .replaceAll(/^(index|similarity index) .*\n/gm, "");
}

/** What is staged, what is not, and what git does not track. */
async function uncommitted(): Promise<object> {
  return {
    status: await repository.git("status", "--porcelain", "--untracked-files=all"),
    staged: masked(await repository.git("diff", "--cached", "--find-renames")),
    unstaged: masked(await repository.git("diff")),
  };
}

/** The last commit has lines with other digests than before, and the lockfile; nothing else. */
async function onlyDigestsAreCommitted(): Promise<void> {
  const others = await repository.git("diff", "-U0", "HEAD~", "HEAD", "--", ".", `:!${LOCKFILE}`);
  const lines = others.split("\n").filter((line) => !/^(---|\+\+\+) /.test(line));
  const starting = (sign: string) =>
    lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1));
  expect(starting("-")).not.toEqual([]);
  expect(starting("+")).not.toEqual(starting("-"));
  expect(starting("+").map(masked)).toEqual(starting("-").map(masked));
  expect(others).not.toMatch(/^(new|deleted|old|rename|similarity)/m);
}

describe("edits of the user's", () => {
  it(
    "stay as they are, staged and not, in the files with the pins and in others",
    async () => {
      const long = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
      await given("edits", () => ({
        "neighbours.md": `above\n${pin("base")}\nbelow\n`,
        "same-line.md": `see ${pin("child")} there\n${pin("base")}\n`,
        "staged.md": `${long}${pin("base")}\n`,
        "unstaged.md": `${pin("base")}\n${long}`,
        "other.md": long,
        "renamed.md": `${long}${pin("base")}\n`,
        "removed.md": pin("base"),
        "lost.md": pin("base"),
        "moded.sh": `${pin("base")}\n`,
        ".gitignore": "*.ignored\n",
      }));
      const { git, write } = repository;
      await write({
        "neighbours.md": `above, staged\n${pin("base")}\nbelow\n`,
        "same-line.md": `see, staged, ${pin("child")} there\n${pin("base")}\n`,
        "staged.md": `${long}staged\n${pin("base")}\n`,
        "other.md": `staged\n${long}`,
        "added.md": `added\n${pin("child")}\n`,
        "moded.sh": { program: `${pin("base")}\n` },
      });
      await git("add", "--all");
      await git("mv", "renamed.md", "renamed-by-me.md");
      await git("rm", "--quiet", "removed.md");
      await rm(join(repository.folder, "lost.md"));
      await write({
        "neighbours.md": `above, staged\n${pin("base")}\nbelow, not staged\n`,
        "same-line.md": `see, staged, ${pin("child")} there, not staged\n${pin("base")}`,
        "unstaged.md": `not staged\n${pin("base")}\nnot staged\n${long}${pin("child")}\n`,
        "other.md": `staged\n${long}not staged\n`,
        [CHILD]: `FROM ${pin("base")}\nLABEL child=edited\n`,
        "untracked.md": `${pin("base")}\n`,
        "some.ignored": `${pin("base")}\n`,
      });
      await write({ "intended.md": `${pin("base")}\n` });
      await git("add", "--intent-to-add", "intended.md");
      const before = await uncommitted();

      expect(await runs()).toMatchObject({ exitCode: 0 });
      const [base, child] = [await digestOf("base"), await digestOf("child")];
      expect(await uncommitted()).toEqual(before);
      await onlyDigestsAreCommitted();
      expect(await git("show", "HEAD:neighbours.md")).toBe(`above\n${pin("base", base)}\nbelow`);
      expect(await git("show", ":neighbours.md")).toBe(`above, staged\n${pin("base", base)}\nbelow`);
      expect(await text("neighbours.md")).toBe(`above, staged\n${pin("base", base)}\nbelow, not staged\n`);
      expect(await git("show", "HEAD:same-line.md")).toBe(
        `see ${pin("child", child)} there\n${pin("base", base)}`,
      );
      expect(await text("same-line.md")).toBe(
        `see, staged, ${pin("child", child)} there, not staged\n${pin("base", base)}`,
      );
      expect(await text("added.md")).toBe(`added\n${pin("child", child)}\n`);
      expect(await git("show", "HEAD:lost.md")).toBe(pin("base", base));
      expect(await git("diff", "HEAD", "--", LOCKFILE)).toBe("");
      expect(await text("untracked.md")).toBe(`${pin("base")}\n`);
      expect(await text("some.ignored")).toBe(`${pin("base")}\n`);
      expect(await git("stash", "list")).toBe("");
      // The working tree's Dockerfile is what is built.
      expect(await labels("child")).toMatchObject({ child: "edited", base: prefix });
    },
    2 * MINUTE,
  );

  it(
    "can be a new Dockerfile: it is built and gets digests, uncommitted, and the run says so",
    async () => {
      await given("untracked");
      await repository.git("rm", "--quiet", "--cached", CHILD);
      await repository.git("commit", "--quiet", "--message", "It is not there yet");
      const ran = await runs();
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(await text(CHILD)).toContain(pin("base", await digestOf("base")));
      expect(await repository.git("status", "--porcelain")).toBe(`?? ${CHILD}`);
      expect(await repository.git("show", "HEAD:notes.md")).toContain(pin("child", await digestOf("child")));
      expect(ran.stdout).toMatch(/git does not track dockerfiles\/child\.Dockerfile/);
      await onlyDigestsAreCommitted();
    },
    MINUTE,
  );
});

describe("the commit of a run", () => {
  it(
    "is seen by hooks, which see nothing else and may add to the message",
    async () => {
      await given("hooks");
      await repository.write({
        ".git/hooks/pre-commit": {
          program: "#!/bin/sh\ngit diff --cached --name-only >.git/seen-files\n",
        },
        ".git/hooks/commit-msg": {
          program: '#!/bin/sh\ncp "$1" .git/seen-message\necho "Change-Id: I1234" >>"$1"\n',
        },
        ".git/hooks/post-commit": { program: "#!/bin/sh\ngit rev-parse HEAD >.git/seen-commit\n" },
        "mine.txt": "mine\n",
      });
      await repository.git("add", "mine.txt");
      expect(await runs()).toMatchObject({ exitCode: 0 });
      const [base, child] = [await digestOf("base"), await digestOf("child")];
      expect(await text(".git/seen-files")).toBe(`${CHILD}\n${LOCKFILE}\nnotes.md\n`);
      const message = await text(".git/seen-message");
      expect(message).toMatch(/^Update image digests: .*base/);
      expect(message).toContain(`base: (none) -> ${base}\n`);
      expect(message).toContain(`child: (none) -> ${child}\n`);
      expect(await repository.git("log", "-1", "--format=%B")).toContain("Change-Id: I1234");
      expect(await text(".git/seen-commit")).toBe(`${await head()}\n`);
      expect(await repository.git("status", "--porcelain")).toBe("A  mine.txt");
      await onlyDigestsAreCommitted();
    },
    MINUTE,
  );

  it.each<[string, () => Files, string, RegExp]>([
    [
      "a hook",
      () => ({ ".git/hooks/pre-commit": { program: "#!/bin/sh\necho I do not like it >&2\nexit 1\n" } }),
      "",
      /could not be committed[^]*I do not like it/,
    ],
    [
      "our own rule, because a hook added more to it",
      () => ({ ".git/hooks/pre-commit": { program: "#!/bin/sh\ngit add --update\n" } }),
      "",
      /hook[^]* added other changes[^]*--no-commit/,
    ],
    [
      "a hook of the message",
      () => ({ "hooks/commit-msg": { program: '#!/bin/sh\necho "no ticket in it"\nexit 3\n' } }),
      "core.hooksPath=hooks",
      /could not be committed[^]*no ticket in it/,
    ],
    [
      "the program that signs",
      () => ({ "sign.sh": { program: "#!/bin/sh\necho no such key >&2\nexit 2\n" } }),
      "gpg.program=./sign.sh",
      /could not be committed[^]*failed to sign/,
    ],
  ])(
    "that is refused by %s, is not made, and the tree is as it was",
    async (name, files, setting, reason) => {
      await given(`refused-${name.replaceAll(/\W+/g, "-")}`);
      await repository.write(files());
      const [key = "", value = ""] = setting.split("=");
      if (key !== "") await repository.git("config", key, value);
      if (key.startsWith("gpg")) await repository.git("config", "commit.gpgsign", "true");
      await repository.write({ "mine.txt": "mine\n", "notes.md": `mine\n${pin("base")}\n` });
      await repository.git("add", "mine.txt");
      const before = await repository.snapshot();
      const { exitCode, stdout, stderr } = await runs();
      expect(exitCode).toBe(1);
      expect(stdout + stderr).toMatch(reason);
      expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(await repository.snapshot()).toBe(before);

      // What is refused can be gone around, as the message says.
      expect(await runs("--no-commit")).toMatchObject({ exitCode: 0 });
      expect(await text("notes.md")).toBe(`mine\n${pin("base", await digestOf("base"))}\n`);
    },
    MINUTE,
  );

  it(
    "is signed where git is configured so",
    async () => {
      await given("signed");
      const signature = "-----BEGIN PGP SIGNATURE-----\n\nbm8ga2V5\n-----END PGP SIGNATURE-----";
      const program = [
        "#!/bin/sh",
        "cat >/dev/null",
        'printf "\\n[GNUPG:] SIG_CREATED D\\n" >&2',
        `printf -- '${signature}\\n'`,
        "",
      ].join("\n");
      await repository.write({ ".git/sign.sh": { program } });
      await repository.git("config", "commit.gpgsign", "true");
      await repository.git("config", "gpg.program", join(repository.folder, ".git/sign.sh"));
      expect(await runs()).toMatchObject({ exitCode: 0 });
      const commit = await repository.git("cat-file", "commit", "HEAD");
      expect(commit).toMatch(/^gpgsig -----BEGIN PGP SIGNATURE-----\n \n bm8ga2V5$/m);
      await onlyDigestsAreCommitted();
    },
    MINUTE,
  );
});

describe("nothing is committed, but the files are written, and the run says so", () => {
  it.each([
    ["merge", "MERGE_HEAD", ["merge", "theirs"]],
    ["cherry-pick", "CHERRY_PICK_HEAD", ["cherry-pick", "theirs"]],
    ["revert", "REVERT_HEAD", ["revert", "--no-edit", "HEAD~"]],
    ["rebase", "rebase-merge", ["rebase", "theirs"]],
  ] as const)(
    "during a %s",
    async (operation, state, command) => {
      await given(operation, () => ({ fought: "1\n" }));
      const { git, write } = repository;
      await git("switch", "--quiet", "--create", "theirs");
      await write({ fought: "theirs\n" });
      await commitAll(repository, "Theirs");
      await git("switch", "--quiet", "main");
      for (const fought of ["2\n", "3\n"]) {
        await write({ fought });
        await commitAll(repository, `Ours ${fought}`);
      }
      await expect(git(...command)).rejects.toThrow();
      const [before, index] = [await head(), await git("ls-files", "--stage")];

      const ran = await place.run(repository, "--image", "base");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(new RegExp(`not committed: a ${operation} is going on`));
      expect(await head()).toBe(before);
      expect(await git("ls-files", "--stage")).toBe(index);
      expect(await readdir(join(repository.folder, ".git"))).toContain(state);
      expect(await text(CHILD)).toContain(pin("base", await digestOf("base")));
      expect(await text("fought")).toContain("<<<<<<<");
    },
    MINUTE,
  );

  it(
    "in a repository without a commit",
    async () => {
      prefix = prefixOf(place.registry.host, "no-commit-yet");
      repository = await makeRepository();
      await repository.write(smallFiles());
      await repository.git("add", "--all");
      const ran = await runs();
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/not committed: the repository has no commit yet/);
      expect(await head()).toBe("none");
      expect(await text(CHILD)).toContain(pin("base", await digestOf("base")));
      expect(await text("notes.md")).toBe(
        `${pin("base", await digestOf("base"))}\n${pin("child", await digestOf("child"))}\n`,
      );
    },
    MINUTE,
  );

  it(
    "with --no-commit",
    async () => {
      await given("no-commit");
      const [before, index] = [await head(), await repository.git("ls-files", "--stage")];
      const ran = await runs("--no-commit");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/commit them/);
      expect(await head()).toBe(before);
      expect(await repository.git("ls-files", "--stage")).toBe(index);
      const base = await digestOf("base");
      expect(await text(CHILD)).toBe(`FROM ${pin("base", base)}\nLABEL child=${prefix}\n`);
      expect(await repository.git("status", "--porcelain")).toBe(` M ${CHILD}\n M notes.md\n?? ${LOCKFILE}`);
    },
    MINUTE,
  );
});

describe("a dependency is found, built on and pinned", () => {
  it(
    "without a digest in the file: the file is left as it is, and the run says so",
    async () => {
      await given("unpinned", () => ({ [CHILD]: `FROM ${prefix}/base\nLABEL child=${prefix}\n` }));
      const before = await text(CHILD);
      for (const word of ["first", "second"]) {
        await repository.write({ [BASE]: `FROM busybox:1.36\nLABEL base=${word}\n` });
        const ran = await place.run(repository, "--image", "base");
        expect(ran).toMatchObject({ exitCode: 0 });
        expect(await labels("child")).toMatchObject({ base: word });
        expect(await text(CHILD)).toBe(before);
        expect(ran.stdout).toMatch(/child\.Dockerfile:1 names \S+\/base without a digest/);
        expect(ran.stdout).toMatch(/`manage-images pin` would add it/);
      }
      expect(await repository.git("show", `HEAD:${CHILD}`)).toBe(before.trim());
    },
    MINUTE,
  );

  it(
    "in an ARG's default",
    async () => {
      await given("arg-default", () => ({
        [CHILD]: `ARG BASE=${pin("base")}\nFROM \${BASE}\nLABEL child=${prefix}\n`,
      }));
      expect(await runs()).toMatchObject({ exitCode: 0 });
      const dockerfile = `ARG BASE=${pin("base", await digestOf("base"))}\nFROM \${BASE}\nLABEL child=${prefix}\n`;
      expect(await text(CHILD)).toBe(dockerfile);
      expect(await labels("child")).toMatchObject({ base: prefix, child: prefix });
      expect(await repository.git("status", "--porcelain")).toBe("");
    },
    MINUTE,
  );

  it(
    "in the configuration's args",
    async () => {
      await given("args", () => ({
        "images.config.json": JSON.stringify({
          registry: prefix,
          images: { base: {}, child: { args: { BASE: "image:base" }, dependencies: ["base"] } },
        }),
        [CHILD]: "ARG BASE\nFROM ${BASE}\nARG BASE\nLABEL built.on=${BASE}\n",
      }));
      const before = await text(CHILD);
      expect(await place.run(repository, "--image", "base")).toMatchObject({ exitCode: 0 });
      expect(await labels("child")).toMatchObject({
        base: prefix,
        "built.on": pin("base", await digestOf("base")),
      });
      expect(await text(CHILD)).toBe(before);
      await onlyDigestsAreCommitted();
    },
    MINUTE,
  );

  it(
    "in ONBUILD COPY --from, by the image with the trigger and by those that it is run in",
    async () => {
      await given("onbuild", () => ({
        "images.config.json": JSON.stringify({
          registry: prefix,
          images: { child: {}, base: {}, tools: {} },
        }),
        [BASE]: `FROM busybox:1.36\nONBUILD COPY --from=${pin("tools")} /tool /tool\n`,
        "dockerfiles/tools.Dockerfile": "FROM busybox:1.36\nRUN echo a-tool >/tool\n",
      }));
      const graph = JSON.parse((await runsWithoutEngine("graph", "--format", "json")).stdout) as object;
      expect(graph).toMatchObject({
        order: ["tools", "base", "child"],
        images: { base: { dependencies: ["tools"] }, child: { dependencies: ["base", "tools"] } },
      });

      // Builders before BuildKit 0.17 cannot run this trigger in `child`.
      const flags = ["--image", "tools", "--image", "base", "--no-dependents"];
      expect(await place.run(repository, ...flags)).toMatchObject({ exitCode: 0 });
      const trigger = `COPY --from=${pin("tools", await digestOf("tools"))} /tool /tool`;
      expect(await text(BASE)).toBe(`FROM busybox:1.36\nONBUILD ${trigger}\n`);
      expect(await inspect("base", "{{json .Config.OnBuild}}")).toEqual([trigger]);
      expect(await text(CHILD)).toContain(pin("base", await digestOf("base")));
      expect(await repository.git("status", "--porcelain")).toBe("");
    },
    MINUTE,
  );
});

describe("a flag", () => {
  it(
    "--no-dependents leaves dependents as they are, but for their pins, and says so",
    async () => {
      await given("no-dependents");
      const ran = await place.run(repository, "--image", "base", "--no-dependents");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/left stale.*: child\./);
      expect(await isInRegistry("child")).toBe(false);
      const base = await digestOf("base");
      expect(await text(CHILD)).toContain(pin("base", base));
      expect(await text("notes.md")).toBe(`${pin("base", base)}\n${pin("child")}\n`);
      const { images } = JSON.parse(await text(LOCKFILE)) as { images: object };
      expect(Object.keys(images)).toEqual(["base"]);
      await onlyDigestsAreCommitted();
    },
    MINUTE,
  );

  it(
    "--no-push builds and says that there is no digest to write",
    async () => {
      await given("no-push");
      const before = await repository.snapshot();
      const ran = await runs("--no-push");
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/nothing was pushed, so there is no digest/);
      expect(ran.stdout).toMatch(/2 built/);
      expect(await repository.snapshot()).toBe(before);
      expect(await Promise.all(["base", "child"].map(isInRegistry))).toEqual([false, false]);
    },
    MINUTE,
  );

  it(
    "--metadata-file writes the result as JSON, for a run that succeeds and for one that fails",
    async () => {
      await given("metadata", () => ({
        [LOCKFILE]: JSON.stringify({
          version: 1,
          images: { base: { repository: `${prefix}/base`, digest: OTHER } },
        }),
        "notes.md": `\n${pin("base", OTHER)}\n${pin("child")}\n`,
      }));
      const ran = await runs("--metadata-file", ".git/metadata.json", "--format", "json");
      expect(ran).toMatchObject({ exitCode: 0 });
      const [base, child] = [await digestOf("base"), await digestOf("child")];
      const metadata = await text(".git/metadata.json");
      expect(metadata).toBe(ran.stdout);
      const built = { outcome: "built", seconds: expect.any(Number), pushed: true };
      expect(JSON.parse(metadata)).toMatchObject({
        images: { base: { ...built, digest: base, previous: OTHER }, child: { ...built, digest: child } },
        references: [
          { file: CHILD, line: 1, image: "base", from: ZERO, to: base },
          { file: "notes.md", line: 2, image: "base", from: OTHER, to: base },
          { file: "notes.md", line: 3, image: "child", from: ZERO, to: child },
        ],
        commit: await head(),
      });

      await repository.write({ [CHILD]: `FROM ${pin("base", base)}\nRUN exit 9\n` });
      const failing = await place.run(repository, "--image", "child", "--metadata-file", ".git/failed.json");
      expect(failing).toMatchObject({ exitCode: 1 });
      expect(JSON.parse(await text(".git/failed.json"))).toMatchObject({
        images: { child: { outcome: "failed", previous: child, pushed: false } },
        references: [],
      });
    },
    MINUTE,
  );

  it.each([["--dry-run"], ["-n"], ["--dry_run"]])(
    "%s shows what would be built and does nothing",
    async (flag) => {
      await given(`dry-run${flag}`);
      await repository.write({ "mine.txt": "mine\n" });
      const before = await repository.snapshot();
      const ran = await runsWithoutEngine("--image", "all", flag);
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stdout).toMatch(/2 images to build/);
      expect(ran.stdout).toMatch(/build base[^]*build child/);
      expect(await repository.snapshot()).toBe(before);
      expect(await Promise.all(["base", "child"].map(isInRegistry))).toEqual([false, false]);
      expect(await readdir(join(repository.folder, ".git"))).not.toContain("manage-images");
    },
    MINUTE,
  );

  describe("--only-references", () => {
    const locked = () => ({
      [LOCKFILE]: JSON.stringify({
        version: 1,
        images: { base: { repository: `${prefix}/base`, digest: OTHER } },
      }),
    });

    it.each([["--only-references"], ["--only_references"]])(
      "writes and commits the lockfile's digests, and leaves edits, with %s",
      async (flag) => {
        await given(`only${flag}`, locked);
        await repository.write({ "notes.md": `staged\n${pin("base")}\n${pin("child")}\n` });
        await repository.git("add", "notes.md");
        await repository.write({
          "notes.md": `staged\n${pin("base")}\nnot staged\n${pin("child")}\n`,
          "untracked.md": pin("base"),
        });
        const [before, lockfile] = [await uncommitted(), await text(LOCKFILE)];
        const ran = await runsWithoutEngine(flag);
        expect(ran).toMatchObject({ exitCode: 0 });
        expect(ran.stdout).toMatch(/lockfile has no digest of child/);
        expect(await text("notes.md")).toBe(`staged\n${pin("base", OTHER)}\nnot staged\n${pin("child")}\n`);
        expect(await repository.git("show", "HEAD:notes.md")).toBe(`${pin("base", OTHER)}\n${pin("child")}`);
        expect(await text(CHILD)).toContain(pin("base", OTHER));
        expect(await text(LOCKFILE)).toBe(lockfile);
        expect(await uncommitted()).toEqual(before);
        await onlyDigestsAreCommitted();

        const first = await head();
        const again = await runsWithoutEngine(flag);
        expect(again).toMatchObject({ exitCode: 0 });
        expect(again.stdout).toMatch(/Nothing to do/);
        expect(await head()).toBe(first);
        expect(await uncommitted()).toEqual(before);
      },
      MINUTE,
    );

    it(
      "--dry-run shows them and writes nothing",
      async () => {
        await given("only-dry", locked);
        const before = await repository.snapshot();
        const ran = await runsWithoutEngine("--only-references", "--dry-run");
        expect(ran).toMatchObject({ exitCode: 0 });
        expect(ran.stdout).toMatch(/2 pins in 2 files/);
        expect(ran.stdout).toMatch(/notes\.md {2}base \(line 1\)/);
        expect(await repository.snapshot()).toBe(before);
      },
      MINUTE,
    );

    it(
      "--no-commit leaves them in the working tree, --image narrows it",
      async () => {
        await given("only-no-commit", () => ({
          [LOCKFILE]: JSON.stringify({
            version: 1,
            images: {
              base: { repository: `${prefix}/base`, digest: OTHER },
              child: { repository: `${prefix}/child`, digest: OTHER },
            },
          }),
        }));
        const before = await head();
        const flags = ["--only-references", "--no-commit", "--image", "child"];
        expect(await runsWithoutEngine(...flags)).toMatchObject({ exitCode: 0 });
        expect(await text("notes.md")).toBe(`${pin("base")}\n${pin("child", OTHER)}\n`);
        expect(await head()).toBe(before);
        expect(await repository.git("status", "--porcelain")).toBe(" M notes.md");
      },
      MINUTE,
    );
  });
});
