import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { BAZEL, HELM, KUSTOMIZE, TERRAFORM, UNCERTAIN } from "../references/field-cases.ts";
import { fill, NEW, OLD, REPOSITORIES, REPOSITORY } from "../references/world.ts";
import { manageImages } from "../support/manage-images.ts";
import {
  commitAll,
  GIT_ENVIRONMENT,
  makeRepository,
  type Content,
  type Repository,
} from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock" };

/** A configuration, its lockfile with the new digests, and what it needs besides. */
function project(references: object): Record<string, Content> {
  const images = { base: {}, tools: {}, hub: { repository: "docker.io/acme/hub" } };
  const locked = [...REPOSITORIES].map(([name, repository]) => [name, { repository, digest: NEW }] as const);
  return {
    "images.config.json": JSON.stringify({ registry: "us-docker.pkg.dev/acme/images", images, references }),
    "images.lock.json": JSON.stringify({ version: 1, images: Object.fromEntries(locked) }),
    ...Object.fromEntries(
      Object.keys(images).map((name) => [`dockerfiles/${name}.Dockerfile`, "FROM scratch\n"]),
    ),
  };
}

async function align(repository: Repository, ...flags: readonly string[]): Promise<RunResult> {
  const args = ["--only-references", "--format", "json", ...flags];
  const ran = await manageImages(repository.folder, args, ENVIRONMENT);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as RunResult;
}

describe("a repository with references in all forms", () => {
  const forms = [...HELM, ...KUSTOMIZE, ...BAZEL, ...TERRAFORM, ...UNCERTAIN].map(
    ([, path, template], index) => [`${index}/${path}`, template] as const,
  );
  const own = [
    ["swiftshader/run.sh", "export CCACHE_NAMESPACE=base@% # not base@§\n"],
    ["docs/old.md", `${REPOSITORY}@§\n`],
    ["web/node_modules/x/README.md", `${REPOSITORY}@§\n`],
    ["vendor/ours/a.yaml", `image: ${REPOSITORY}@%\n`],
    ["package-lock.json", `{"x": "${REPOSITORY}@§"}\n`],
    ["next.sh", `# manage-images: ignore-next-line\nA=${REPOSITORY}@§\nB=${REPOSITORY}@%\n`],
  ] as const;
  const all = [...forms, ...own];
  let repository: Repository;
  let result: RunResult;

  beforeAll(async () => {
    const files = all.map(([path, template]) => [path, fill(template, OLD)] as const);
    const match = String.raw`CCACHE_NAMESPACE=(?<image>[\w-]+)@(?<digest>sha256:\w{64})`;
    const references = {
      exclude: ["docs/old.md", "!vendor/ours/**"],
      patterns: [{ files: ["**/*.sh"], match }],
    };
    repository = await makeRepository({ ...project(references), ...Object.fromEntries(files) });
    result = await align(repository);
  });

  afterAll(() => repository.remove());

  it.each(all)("gets the new digests, and nothing else, in %s", async (path, template) => {
    expect((await repository.read(path)).toString()).toBe(fill(template, NEW));
  });

  it("commits the files that have changed, and has nothing to do the second time", async () => {
    const changed = all
      .filter(([, template]) => fill(template, OLD) !== fill(template, NEW))
      .map(([path]) => path);
    const committed = (await repository.git("diff", "--name-only", "-z", "HEAD~", "HEAD")).split("\0");
    expect(committed.filter((path) => path !== "").toSorted()).toEqual(changed.toSorted());
    expect(result.commit).toBe(await repository.git("rev-parse", "HEAD"));
    expect((await align(repository)).references).toEqual([]);
  });
});

describe("what made other tools destroy data", () => {
  const pin = (digest: string) => `${REPOSITORY}@${digest}`;
  const path = "dir with space/é ünï\n'\".txt";
  let repository: Repository;
  let outside: Repository;
  let result: RunResult;

  beforeAll(async () => {
    repository = await makeRepository({
      ...project({}),
      "crlf.txt": `a\r\n${pin(OLD)}\r\nb\n`,
      "latin-1.txt": Buffer.from(`caf\xe9 ${pin(OLD)} \xff\n`, "latin1"),
      "binary.bin": Buffer.from(`\0\x01${pin(OLD)}\n`),
      "link.txt": { linkTo: "crlf.txt" },
      "names.txt": `us-dockerXpkg.dev/acme/images/base@${OLD}\nprefix${pin(OLD)}\n${REPOSITORY}-x@${OLD}\n`,
      [path]: pin(OLD),
    });
    outside = await makeRepository({ "a.txt": pin(OLD) });
    await repository.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "add",
      "--quiet",
      outside.folder,
      "module",
    );
    await commitAll(repository);
    await repository.write({ "untracked.txt": pin(OLD) });
    result = await align(repository);
  });

  afterAll(async () => {
    await repository.remove();
    await outside.remove();
  });

  const text = async (file: string) => (await repository.read(file)).toString("latin1");

  it("line ends of Windows stay", async () => {
    expect(await text("crlf.txt")).toBe(`a\r\n${pin(NEW)}\r\nb\n`);
  });

  it("bytes that are no UTF-8 stay, and the file keeps its content", async () => {
    expect(await text("latin-1.txt")).toBe(`caf\xe9 ${pin(NEW)} \xff\n`);
  });

  it("a link stays a link", async () => {
    expect((await lstat(join(repository.folder, "link.txt"))).isSymbolicLink()).toBe(true);
    expect(await readlink(join(repository.folder, "link.txt"))).toBe("crlf.txt");
  });

  it("a binary file stays as it is", async () => {
    expect(await text("binary.bin")).toBe(`\0\x01${pin(OLD)}\n`);
  });

  it("a dot is a dot, and a name ends where it ends, on both sides", async () => {
    const kept = `us-dockerXpkg.dev/acme/images/base@${OLD}\nprefix${pin(OLD)}\n${REPOSITORY}-x@${OLD}\n`;
    expect(await text("names.txt")).toBe(kept);
  });

  it("names of files may have spaces, quotes, newlines and any letters", async () => {
    expect(await text(path)).toBe(pin(NEW));
  });

  it("untracked files and submodules stay as they are, and are told", async () => {
    expect(await text("untracked.txt")).toBe(pin(OLD));
    expect(await text("module/a.txt")).toBe(pin(OLD));
    expect(result.notices).toEqual([
      { kind: "stale-elsewhere", where: "submodule", files: ["module/a.txt"] },
      { kind: "stale-elsewhere", where: "untracked", files: ["untracked.txt"] },
    ]);
  });

  it("an image that the lockfile lacks stops nothing", async () => {
    const lock = JSON.stringify({ version: 1, images: {} });
    await repository.write({ "images.lock.json": lock });
    const { notices, references } = await align(repository, "--no-commit");
    expect(notices).toEqual([{ kind: "no-digest", images: ["base", "tools", "hub"] }]);
    expect(references).toEqual([]);
  });
});

it.each([[[]], [["--no-commit"]]])(
  "a file that git keeps as something else stays, and is not said to have changed %j",
  async (flags) => {
    const repository = await makeRepository({ ".gitattributes": "*.up filter=up\n" });
    try {
      await repository.git("config", "filter.up.clean", "tr a-z A-Z");
      await repository.git("config", "filter.up.smudge", "tr A-Z a-z");
      const pin = (digest: string) => `${REPOSITORY}@${digest}\n`;
      await repository.write({ ...project({}), "a.txt": pin(OLD), "b.up": pin(OLD) });
      await commitAll(repository);
      const { references, notices } = await align(repository, ...flags);
      expect(references.map(({ file }) => file)).toEqual(["a.txt"]);
      expect(notices).toEqual([{ kind: "skipped-file", file: "b.up", why: "git filters it with up" }]);
      expect((await repository.read("a.txt")).toString()).toBe(pin(NEW));
      expect((await repository.read("b.up")).toString()).toBe(pin(OLD));
    } finally {
      await repository.remove();
    }
  },
);
