import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { manageImages } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { commitAll, GIT_ENVIRONMENT, makeRepository, type Repository } from "../support/repository.ts";
import { sampleFiles } from "./sample.ts";

let registry: LocalRegistry;
let repository: Repository;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
afterEach(() => repository.remove());

/** The images that `--since` selects, or the message of its failure. */
async function selectedSince(
  revision: string,
  ...args: readonly string[]
): Promise<readonly string[] | string> {
  const all = ["plan", "--since", revision, "--inputs", "--format", "json", ...args];
  const { exitCode, stdout, stderr } = await manageImages(repository.folder, all, GIT_ENVIRONMENT);
  if (exitCode !== 0) return `${exitCode}: ${stderr}`;
  return Object.keys((JSON.parse(stdout) as { images: object }).images).sort();
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await repository.write({ [path]: change((await repository.read(path)).toString()) });
}

describe("--since selects the images whose inputs differ from a revision's:", () => {
  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    ["nothing changed", () => Promise.resolve(), []],
    ["a Dockerfile", () => edit("dockerfiles/left.Dockerfile", (text) => `${text}RUN true\n`), ["left"]],
    ["a comment in one", () => edit("dockerfiles/left.Dockerfile", (text) => `# why\n${text}`), []],
    ["a file of a context", () => edit("tool", (text) => `${text}# more\n`), ["tools"]],
    ["a file of none", () => edit("docs/images.md", (text) => `${text}more\n`), []],
    [
      "the digest of a dependency",
      () => edit("dockerfiles/left.Dockerfile", (text) => text.replace(/0{64}/, "1".repeat(64))),
      [],
    ],
    [
      "an argument of the configuration that the Dockerfile declares, and a new image",
      async () => {
        await edit("dockerfiles/base.Dockerfile", (text) => `${text}ARG WHICH\n`);
        await commitAll(repository);
        await repository.git("tag", "-f", "before");
        await edit("images.config.json", (text) =>
          text.replace('"base": {}', '"base": { "args": { "WHICH": "one" } }, "new": {}'),
        );
        await repository.write({ "dockerfiles/new.Dockerfile": "FROM scratch\nCOPY tool /\n" });
      },
      ["base", "new"],
    ],
    [
      "committed and uncommitted changes",
      async () => {
        await edit("tool", (text) => `${text}# more\n`);
        await commitAll(repository);
        await edit("dockerfiles/right.Dockerfile", (text) => `${text}RUN true\n`);
      },
      ["right", "tools"],
    ],
  ])("%s", async (_, change, selected) => {
    repository = await makeRepository(sampleFiles(`${registry.host}/since`));
    await repository.git("tag", "before");
    await change();
    const status = await repository.git("status", "--porcelain");
    expect(await selectedSince("before")).toEqual(selected);
    expect(await repository.git("status", "--porcelain")).toBe(status);
    expect(await repository.git("worktree", "list")).not.toMatch(/\n/);
  });

  it("all of them where there was no configuration", async () => {
    repository = await makeRepository({ readme: "" });
    await repository.git("tag", "before");
    await repository.write(sampleFiles(`${registry.host}/since`));
    expect(await selectedSince("before")).toEqual(["base", "left", "right", "tools", "top"]);
  });

  it("of those that --image names, where it names some", async () => {
    repository = await makeRepository(sampleFiles(`${registry.host}/since`));
    await edit("tool", (text) => `${text}# more\n`);
    await edit("dockerfiles/right.Dockerfile", (text) => `${text}RUN true\n`);
    expect(await selectedSince("HEAD", "--image", "right", "--image", "left")).toEqual(["right"]);
  });

  it("from a folder of the repository too, whatever hooks it has", async () => {
    repository = await makeRepository({
      ...sampleFiles(`${registry.host}/since`),
      ".git/hooks/post-checkout": { program: "#!/bin/sh\nexit 1\n" },
    });
    await edit("tool", (text) => `${text}# more\n`);
    const { stdout } = await manageImages(
      `${repository.folder}/docs`,
      ["plan", "--since", "HEAD"],
      GIT_ENVIRONMENT,
    );
    expect(stdout).toMatch(/build tools/);
  });

  it.each(["nowhere", "HEAD^{tree}", "HEAD~7"])("there is no revision %s", async (revision) => {
    repository = await makeRepository(sampleFiles(`${registry.host}/since`));
    expect(await selectedSince(revision)).toMatch(/^2: .*There is no revision .* in this clone/);
  });

  it("a configuration that this version cannot read is told as the revision's", async () => {
    repository = await makeRepository({
      ...sampleFiles(`${registry.host}/since`),
      "images.config.json": "{}",
    });
    await repository.write(sampleFiles(`${registry.host}/since`));
    expect(await selectedSince("HEAD")).toMatch(
      /^1: .*The configuration of HEAD is not one for this version/,
    );
  });
});
