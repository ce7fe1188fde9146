import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { Plan, Reason } from "../../src/model/plan.ts";
import type { RunResult } from "../../src/model/run.ts";
import { manageImages } from "../support/manage-images.ts";
import { commitAll, repositoryAt, type Content, type Repository } from "../support/repository.ts";
import { makeSample, placeForTests, ZERO } from "./sample.ts";

const MINUTE = 60_000;

/** What the plan says of each image that is not up to date: its action and its reasons. */
type Stale = Readonly<Record<string, readonly [action: string, ...reasons: readonly Partial<Reason>[]]>>;

interface PlanJson {
  readonly images: Readonly<
    Record<string, { readonly action: string; readonly reasons: readonly Reason[]; readonly digest?: string }>
  >;
  readonly leftStale: Plan["leftStale"];
}

const dependency = (...dependencies: string[]) => ({ why: "dependency-changed", dependencies }) as const;
const files = (...paths: string[]) => ({ why: "context-changed", paths }) as const;
const DOCKERFILE = { why: "dockerfile-changed" } as const;
/** For rows of the table that a run comes after. No two of them may have the same inputs: the second would be reused. */
const RUN = "and a run after it";
const OUTCOMES: Readonly<Record<string, string>> = { build: "built", reuse: "reused" };
/** `app` is built on `base`, and `top` on `app`. */
const ON_APP = { top: ["build", dependency("app")] } as const satisfies Stale;

function appDockerfile(prefix: string): string {
  return [
    "ARG GREETING=hello",
    "FROM busybox:1.36 AS unused",
    "COPY unreached /unreached",
    "FROM busybox:1.36 AS tools",
    "COPY --chmod=755 tool /bin/",
    `FROM ${prefix}/base@${ZERO}`,
    "# a comment",
    "ARG VERSION=1",
    "ARG FOLDER=data",
    "COPY src /src",
    "COPY ${FOLDER}/*.txt /data/",
    "COPY pinned.txt /etc/",
    "COPY <<END /greeting",
    "here",
    "END",
    "RUN --mount=type=bind,source=mounted,target=/mounted cp /mounted/file /from-mount",
    "COPY --from=tools /bin/tool /bin/",
    "RUN echo $VERSION >/version",
    "",
  ].join("\n");
}

function appFiles(prefix: string): Readonly<Record<string, Content>> {
  const images = {
    base: {},
    app: { args: { VERSION: "1", UNSEEN: "1" }, labels: { team: "a" } },
    top: {},
    other: {},
  };
  return {
    "images.config.json": JSON.stringify({ registry: prefix, images }),
    "dockerfiles/base.Dockerfile": "FROM busybox:1.36\nCOPY base.txt /\n",
    "dockerfiles/app.Dockerfile": appDockerfile(prefix),
    "dockerfiles/top.Dockerfile": `FROM ${prefix}/app@${ZERO}\nRUN echo top >/top\n`,
    "dockerfiles/other.Dockerfile": "FROM busybox:1.36\nCOPY other.txt /\n",
    ".dockerignore": "# what nobody needs\n**/*.log\n",
    "base.txt": "base\n",
    "other.txt": "other\n",
    "src/main.py": "print(1)\n",
    "src/lib/util.py": "pass\n",
    "src/debug.log": "log\n",
    "src/run.sh": { program: "#!/bin/sh\n" },
    "data/one.txt": "1\n",
    "data/one.csv": "1\n",
    "pinned.txt": `image: ${prefix}/base@${ZERO}\n`,
    "src/link": { linkTo: "main.py" },
    "mounted/file": "mounted\n",
    tool: { program: "#!/bin/sh\necho tool\n" },
    unreached: "unreached\n",
    "README.md": "read me\n",
  };
}

describe("what is stale, and why", () => {
  const place = placeForTests();
  let sample: Repository;
  let repository: Repository;

  beforeAll(async () => {
    sample = (await makeSample(place, "staleness", appFiles)).repository;
    const names = ["left", "right", "tools"].map((name) => `dockerfiles/${name}.Dockerfile`);
    await sample.git("rm", "-q", ...names);
    await sample.git("commit", "-qm", "Fewer images");
    const ran = await place.run(sample, "--image", "all");
    if (ran.exitCode !== 0) throw new Error(ran.stderr + ran.stdout);
  }, 2 * MINUTE);
  afterAll(() => sample.remove());
  afterEach(() => repository.remove());

  async function clone(): Promise<Repository> {
    const folder = await mkdtemp(join(tmpdir(), "clone-"));
    await rm(folder, { recursive: true });
    await sample.git("clone", "--quiet", "--no-hardlinks", sample.folder, folder);
    return repositoryAt(folder);
  }

  async function planOf(...args: readonly string[]): Promise<PlanJson> {
    const ran = await place.run(repository, "plan", "--format", "json", ...args);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    return JSON.parse(ran.stdout) as PlanJson;
  }

  async function staleness(...args: readonly string[]) {
    const { images } = await planOf(...args);
    const stale = Object.entries(images).filter(([, { action }]) => action !== "up-to-date");
    return Object.fromEntries(stale.map(([name, { action, reasons }]) => [name, [action, ...reasons]]));
  }

  const edit =
    (path: string, change: (text: string) => Content) =>
    async ({ read, write }: Repository) => {
      await write({ [path]: change((await read(path)).toString()) });
    };
  const app = (from: RegExp | string, to: string) =>
    edit("dockerfiles/app.Dockerfile", (text) => {
      expect(text).toMatch(from);
      return text.replace(from, to);
    });
  const configure = (change: (app: Record<string, unknown>) => unknown) =>
    edit("images.config.json", (text) => {
      const configuration = JSON.parse(text) as { images: { app: Record<string, unknown> } };
      return JSON.stringify({
        ...configuration,
        images: { ...configuration.images, app: change(configuration.images.app) },
      });
    });

  it.each<[string, (repository: Repository) => Promise<unknown>, Stale, ...(typeof RUN)[]]>([
    ["nothing is changed", () => Promise.resolve(), {}, RUN],
    [
      "a copied file",
      edit("src/main.py", () => "print(2)\n"),
      { app: ["build", files("src/main.py")], ...ON_APP },
      RUN,
    ],
    [
      "a copied file is new",
      ({ write }) => write({ "src/new.py": "" }),
      { app: ["build", files("src/new.py")], ...ON_APP },
      RUN,
    ],
    [
      "a copied file is gone",
      ({ git }) => git("rm", "-q", "src/lib/util.py"),
      { app: ["build", files("src/lib/util.py")], ...ON_APP },
    ],
    [
      "a copied file has another name",
      ({ git }) => git("mv", "src/main.py", "src/first.py"),
      { app: ["build", files("src/first.py", "src/main.py")], ...ON_APP },
      RUN,
    ],
    [
      "a copied file is executable now",
      ({ folder, git }) =>
        git("-C", folder, "update-index", "--chmod=+x", "src/main.py").then(() =>
          git("checkout", "-q", "src/main.py"),
        ),
      { app: ["build", files("src/main.py")], ...ON_APP },
      RUN,
    ],
    [
      "a copied file has other line endings",
      edit("src/main.py", (text) => text.replaceAll("\n", "\r\n")),
      { app: ["build", files("src/main.py")], ...ON_APP },
      RUN,
    ],
    [
      "a file of a stage that is copied from",
      edit("tool", () => ({ program: "#!/bin/sh\n" })),
      { app: ["build", files("tool")], ...ON_APP },
      RUN,
    ],
    [
      "a file that is mounted",
      edit("mounted/file", () => "other\n"),
      { app: ["build", files("mounted/file")], ...ON_APP },
      RUN,
    ],
    [
      "a file of a folder that an argument names",
      edit("data/one.txt", () => "2\n"),
      { app: ["build", files("data/one.txt")], ...ON_APP },
      RUN,
    ],
    ["a file beside a wildcard", edit("data/one.csv", () => "2\n"), {}],
    ["a file that nothing copies", edit("README.md", () => "read\n"), {}],
    ["a file of a stage that is not reached", edit("unreached", () => "changed\n"), {}],
    ["an ignored file", edit("src/debug.log", () => "changed\n"), {}],
    ["a comment in the ignore file", edit(".dockerignore", (text) => `# more\n${text}`), {}],
    [
      "a pattern in the ignore file",
      edit(".dockerignore", (text) => `${text}src/lib\n`),
      { app: ["build", files("src/lib/util.py")], ...ON_APP },
      RUN,
    ],
    [
      "a file is touched",
      ({ read, write }) => read("src/main.py").then((bytes) => write({ "src/main.py": bytes })),
      {},
    ],
    [
      "a change is committed",
      async (repo) => {
        await edit("src/main.py", () => "print('committed')\n")(repo);
        await commitAll(repo);
      },
      { app: ["build", files("src/main.py")], ...ON_APP },
      RUN,
    ],
    [
      "a change is committed and reverted",
      async (repo) => {
        await edit("src/main.py", () => "print(2)\n")(repo);
        await commitAll(repo);
        await repo.git("revert", "--no-edit", "HEAD");
      },
      {},
    ],
    [
      "the digest of a pin in a copied file",
      edit("pinned.txt", (text) => text.replace(/[0-9a-f]{64}/, "7".repeat(64))),
      {},
      RUN,
    ],
    [
      "what stands beside a pin in a copied file",
      edit("pinned.txt", (text) => `my ${text}`),
      { app: ["build", files("pinned.txt")], ...ON_APP },
      RUN,
    ],
    ["a command", app("echo $VERSION", "echo v$VERSION"), { app: ["build", DOCKERFILE], ...ON_APP }, RUN],
    ["a here-document", app("\nhere\n", "\nthere\n"), { app: ["build", DOCKERFILE], ...ON_APP }, RUN],
    [
      "a default that the configuration does not set",
      app("FOLDER=data", "FOLDER=data/."),
      { app: ["build", DOCKERFILE], ...ON_APP },
    ],
    ["a comment in the Dockerfile", app("# a comment", "# another comment\n\n# and more"), {}],
    ["blank lines and indents of the Dockerfile", app("COPY src /src", "\n   COPY src /src   "), {}],
    ["line endings of the Dockerfile", app(/\n(?=ARG VERSION)/, "\r\n"), {}],
    ["a stage that is not reached", app("COPY unreached /unreached", "RUN exit 1"), {}, RUN],
    ["the pin of its parent", app(/sha256:[0-9a-f]{64}/, `sha256:${"7".repeat(64)}`), {}, RUN],
    ["the pin of its parent is left out", app(/@sha256:[0-9a-f]{64}/, ""), {}],
    [
      "a base",
      edit("dockerfiles/other.Dockerfile", (text) => text.replace("busybox:1.36", "busybox:latest")),
      { other: ["build", DOCKERFILE] },
    ],
    [
      "an argument",
      configure((image) => ({ ...image, args: { VERSION: "2", UNSEEN: "1" } })),
      { app: ["build", { why: "args-changed", args: [{ name: "VERSION", from: "1", to: "2" }] }], ...ON_APP },
      RUN,
    ],
    [
      "an argument that is not declared",
      configure((image) => ({ ...image, args: { VERSION: "1", UNSEEN: "2" } })),
      {},
    ],
    [
      "a label",
      configure((image) => ({ ...image, labels: { team: "b" } })),
      {
        app: ["build", { why: "options-changed", options: [{ name: "label team", from: "a", to: "b" }] }],
        ...ON_APP,
      },
      RUN,
    ],
    [
      "the network",
      configure((image) => ({ ...image, network: "none" })),
      { app: ["build", { why: "options-changed", options: [{ name: "network", to: "none" }] }], ...ON_APP },
      RUN,
    ],
    ["a tag", configure((image) => ({ ...image, tags: ["latest", "v1"] })), {}],
    [
      "the target",
      configure((image) => ({ ...image, target: "tools" })),
      {
        app: [
          "build",
          DOCKERFILE,
          files(
            "data/one.txt",
            "mounted/file",
            "pinned.txt",
            "src/lib/util.py",
            "src/link",
            "src/main.py",
            "src/run.sh",
          ),
          { why: "args-changed" },
          { why: "options-changed" },
          dependency("base"),
        ],
        ...ON_APP,
      },
      RUN,
    ],
    [
      "a file of its parent",
      edit("base.txt", () => "changed\n"),
      { base: ["build", files("base.txt")], app: ["build", dependency("base")], ...ON_APP },
      RUN,
    ],
    [
      "the lockfile's digest of its parent",
      edit("images.lock.json", (text) =>
        text.replace(/(?<="base": \{[^}]*"digest": "sha256:)[0-9a-f]{64}/, "7".repeat(64)),
      ),
      { base: ["reuse", { why: "missing-from-registry" }] },
      RUN,
    ],
    [
      "an image is taken out of the lockfile",
      edit("images.lock.json", (text) => {
        const lockfile = JSON.parse(text) as { images: Record<string, unknown> };
        delete lockfile.images["app"];
        return JSON.stringify(lockfile);
      }),
      { app: ["reuse", { why: "never-built" }] },
      RUN,
    ],
  ])(
    "when %s",
    async (_, change, stale, ...runs) => {
      repository = await clone();
      await change(repository);
      const found = await staleness("--image", "all");
      expect(found).toMatchObject(stale);
      expect(Object.keys(found).sort()).toEqual(Object.keys(stale).sort());
      if (runs.includes(RUN)) await runDoes(stale);
    },
    MINUTE,
  );

  /** What is stale is built or reused as the plan says; then there is nothing to do. */
  async function runDoes(stale: Stale): Promise<void> {
    const ran = await place.run(repository, "--image", "all", "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    const { images } = JSON.parse(ran.stdout) as RunResult;
    const outcomes = Object.entries(images).map(([image, { outcome }]) => [image, outcome]);
    const planned = Object.entries(stale).map(([image, [action]]) => [image, OUTCOMES[action]]);
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(planned));
    expect(await staleness("--image", "all")).toEqual({});
  }

  it("a run does what the plan says, and then there is nothing to do", async () => {
    repository = await clone();
    await repository.write({ "base.txt": "built again\n" });
    const ran = await place.run(repository, "--image", "base", "--format", "json");
    expect(ran.exitCode).toBe(0);
    const { images } = JSON.parse(ran.stdout) as RunResult;
    expect(Object.keys(images).sort()).toEqual(["app", "base", "top"]);
    expect(await staleness("--image", "all")).toEqual({});
    const head = await repository.git("rev-parse", "HEAD");
    const again = await place.run(repository, "--image", "all");
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toMatch(/Nothing to do/);
    expect(await repository.git("rev-parse", "HEAD")).toBe(head);
  });

  it("another clone with an empty lockfile reuses all, builds none, and writes the same pins", async () => {
    repository = await clone();
    await repository.git("rm", "-q", "images.lock.json");
    await repository.git("commit", "-qm", "No lockfile");
    const nowhere = { ...place.environment, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const ran = await manageImages(repository.folder, ["--image", "all", "--format", "json"], nowhere);
    expect(ran).toMatchObject({ exitCode: 0 });
    const { images } = JSON.parse(ran.stdout) as RunResult;
    expect(new Set(Object.values(images).map(({ outcome }) => outcome))).toEqual(new Set(["reused"]));
    expect(await repository.git("diff", "--stat", "HEAD~2")).toBe("");
  });

  it("--force on an unchanged repository changes nothing in it", async () => {
    repository = (await makeSample(place, "forced")).repository;
    expect(await place.run(repository, "--image", "all")).toMatchObject({ exitCode: 0 });
    const before = await repository.snapshot();
    const ran = await place.run(repository, "--image", "all", "--force", "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    const { images } = JSON.parse(ran.stdout) as RunResult;
    for (const [image, { outcome, digest, previous }] of Object.entries(images))
      expect([image, outcome, digest]).toEqual([image, "built", previous]);
    expect(await repository.snapshot()).toBe(before);
  });

  it("an image that comes out as it was keeps its digest, and nothing is built on its account", async () => {
    repository = await clone();
    await edit("dockerfiles/base.Dockerfile", (text) => `${text}ARG UNUSED=1\n`)(repository);
    const before = await repository.git("grep", "-h", "@sha256", "--", "dockerfiles");
    const ran = await place.run(repository, "--image", "all", "--format", "json");
    expect(ran).toMatchObject({ exitCode: 0 });
    const { images, references } = JSON.parse(ran.stdout) as RunResult;
    expect(images["base"]).toMatchObject({ outcome: "built", pushed: false });
    expect(images["app"]).toMatchObject({ outcome: "reused" });
    expect(images["top"]).toMatchObject({ outcome: "reused" });
    expect(references).toEqual([]);
    expect(await repository.git("grep", "-h", "@sha256", "--", "dockerfiles")).toBe(before);
    expect(await staleness("--image", "all")).toEqual({});
  });

  it("builds stale dependencies too, unless it is told not to, and says what is left stale", async () => {
    repository = await clone();
    await repository.write({ "base.txt": "stale\n", "src/main.py": "print(3)\n" });
    expect(Object.keys((await planOf("--image", "top")).images)).toEqual(["app", "base", "top"]);
    const narrow = await planOf("--image", "top", "--no-dependencies");
    expect(narrow.images).toMatchObject({ top: { action: "up-to-date" } });
    expect([...narrow.leftStale].sort()).toEqual(["app", "base"]);
    const alone = await planOf("--image", "base", "--no-dependents");
    expect(Object.keys(alone.images)).toEqual(["base"]);
    expect([...alone.leftStale].sort()).toEqual(["app", "top"]);
  });

  it(
    "two branches that update different images merge without a conflict",
    async () => {
      repository = await clone();
      const update = async (branch: string, path: string, image: string) => {
        await repository.git("checkout", "-q", "-b", branch, "main");
        await repository.write({ [path]: `${branch}\n` });
        await commitAll(repository);
        expect(await place.run(repository, "--image", image)).toMatchObject({ exitCode: 0 });
      };
      await update("one", "src/main.py", "app");
      await update("two", "other.txt", "other");
      await repository.git("merge", "--quiet", "--no-edit", "one");
      expect(await staleness("--image", "all")).toEqual({});
    },
    MINUTE,
  );

  it(
    "two runs in two clones at the same time end with the same pins as the registry",
    async () => {
      repository = await clone();
      const other = await clone();
      try {
        const edits = { "base.txt": "at the same time\n" };
        await Promise.all([repository, other].map((each) => each.write(edits)));
        const runs = await Promise.all([repository, other].map((each) => place.run(each, "--image", "all")));
        expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
        expect(await staleness("--image", "all")).toEqual({});
        const pins = await other.git(
          "grep",
          "-hoE",
          "@sha256:[0-9a-f]{64}",
          "--",
          "dockerfiles/app.Dockerfile",
        );
        const head = `${place.registry.url}/v2/staleness/base/manifests/${pins.slice(1)}`;
        expect((await fetch(head, { method: "HEAD" })).status).toBe(200);
      } finally {
        await other.remove();
      }
    },
    MINUTE,
  );

  it("lists all that goes into an image", async () => {
    repository = await clone();
    await repository.write({ "src/untracked.py": "" });
    const ran = await place.run(repository, "plan", "--image", "app", "--inputs");
    expect(ran.exitCode).toBe(0);
    for (const words of ["option platforms=linux/amd64", "argument VERSION=1", "src/main.py"])
      expect(ran.stdout).toContain(words);
    expect(ran.stdout).toMatch(/src\/untracked\.py +\(not tracked by git\)/);
    expect(ran.stdout).not.toMatch(/UNSEEN|README|unreached|debug\.log/);
    const plan = await place.run(repository, "plan", "--image", "app");
    expect(plan.stdout).toMatch(/not tracked by git: src\/untracked\.py/);
  });
});
