import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { manageImages } from "../support/manage-images.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import {
  commitAll,
  GIT_ENVIRONMENT,
  makeRepository,
  type Content,
  type Repository,
} from "../support/repository.ts";

/** A loaded machine takes its time. */
jest.setTimeout(120_000);

const ENVIRONMENT = {
  ...GIT_ENVIRONMENT,
  DOCKER_HOST: "unix:///nowhere/docker.sock",
  CI: "true",
  NO_COLOR: "1",
};

/** A digest of one digit. */
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const [OLD, OTHER, DEBIAN] = [digest("1"), digest("2"), digest("3")];

/** What `check --format json` says of one drift. */
interface Shown {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly image?: string;
  readonly found?: string;
  readonly expected?: string;
  readonly message: string;
  readonly remedy: string;
}

let registry: LocalRegistry;
let prefix: string;
beforeAll(async () => {
  registry = await startRegistry();
  prefix = `${registry.host}/acme`;
});
afterAll(() => registry.stop());

async function check(repository: Repository, ...args: readonly string[]) {
  const all = ["check", "--format", "json", ...args];
  const { exitCode, stdout, stderr } = await manageImages(repository.folder, all, ENVIRONMENT);
  if (stdout === "") throw new Error(`${exitCode}: ${stderr}`);
  const { drift, notices } = JSON.parse(stdout) as { drift: readonly Shown[]; notices: readonly object[] };
  return { exitCode, drift, notices };
}

/** `kind file:line:column image` of each drift. */
function placesOf(drift: readonly Shown[]): readonly string[] {
  return drift.map(
    ({ kind, file, line, column, image }) => `${kind} ${file}:${line}:${column} ${image ?? "-"}`,
  );
}

/** A repository whose lockfile has the digests and the present fingerprints, as a run would have left it. */
async function makeLocked(
  files: Readonly<Record<string, Content>>,
  digests: Readonly<Record<string, string>>,
): Promise<Repository> {
  const repository = await makeRepository(files);
  await lock(repository, digests);
  await commitAll(repository, "Lock");
  return repository;
}

async function lock(repository: Repository, digests: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(digests).map(([name, known]) => {
    return [name, { repository: `${prefix}/${name}`, digest: known, fingerprint: digest("0") }] as const;
  });
  await writeLockfile(repository, Object.fromEntries(entries));
  const locked = entries.map(async ([name, entry]) => [
    name,
    { ...entry, fingerprint: await fingerprintOf(repository, name) },
  ]);
  await writeLockfile(repository, Object.fromEntries(await Promise.all(locked)) as object);
}

async function writeLockfile(repository: Repository, images: object): Promise<void> {
  const content = `${JSON.stringify({ version: 1, images }, undefined, 2)}\n`;
  await repository.write({ "images.lock.json": content });
}

async function fingerprintOf(repository: Repository, image: string): Promise<string> {
  const args = ["plan", "--image", image, "--no-dependents", "--no-dependencies", "--format", "json"];
  const { stdout, stderr } = await manageImages(repository.folder, args, ENVIRONMENT);
  if (stdout === "") throw new Error(stderr);
  const { images } = JSON.parse(stdout) as {
    readonly images: Readonly<Record<string, { readonly fingerprint: string }>>;
  };
  return images[image]?.fingerprint ?? "";
}

const BASE = digest("a");
const CHILD = digest("b");
const CLEAN = { base: BASE, child: CHILD };

/** A configuration of these images, with a form of reference of its own. */
function configuration(images: object): string {
  const match = String.raw`CCACHE_NAMESPACE=(?<image>[\w-]+)@(?<digest>sha256:\w{64})`;
  const references = { patterns: [{ files: ["**/*.sh"], match }] };
  return `${JSON.stringify({ registry: prefix, images, references }, undefined, 2)}\n`;
}

/** `child` on `base`, each pinned, and a script that names an image in a form of its own. */
function cleanFiles(): Record<string, string> {
  return {
    "images.config.json": configuration({ base: {}, child: { dependencies: ["base"] } }),
    ".dockerignore": "*\n!tool\n",
    tool: "tool\n",
    "dockerfiles/base.Dockerfile": `FROM debian:12@${DEBIAN}\nCOPY tool /\n`,
    "dockerfiles/child.Dockerfile": `FROM ${prefix}/base@${BASE}\nRUN true\n`,
    "docs/images.md": `Use ${prefix}/child:latest@${CHILD}, é, or debian@${OTHER}.\n`,
    "ci/run.sh": `export CCACHE_NAMESPACE=base@${BASE}\n`,
  };
}

describe("a repository in which everything agrees", () => {
  let repository: Repository;
  beforeAll(async () => {
    repository = await makeLocked(cleanFiles(), CLEAN);
  });
  afterAll(() => repository.remove());

  it("has no drift, and the registry is not asked", async () => {
    await repository.write({ "elsewhere.txt": "untracked" });
    expect(await check(repository)).toEqual({ exitCode: 0, drift: [], notices: [] });
  });

  it("is said to have none", async () => {
    const ran = await manageImages(repository.folder, ["check"], ENVIRONMENT);
    expect(ran).toEqual({ exitCode: 0, stdout: "Nothing has drifted.\n", stderr: "" });
  });
});

describe("old digests where no run writes", () => {
  let repository: Repository;
  const modules: Repository[] = [];
  beforeAll(async () => {
    repository = await makeLocked({ ...cleanFiles(), ".gitignore": "/ignored/\n" }, CLEAN);
    const inner = await makeRepository({ "c.txt": `${prefix}/base@${OLD}\n` });
    const module = await makeRepository({ "a.txt": `${prefix}/base@${OLD}\n`, "b.txt": "none" });
    modules.push(inner, module);
    await addSubmodule(module, inner, "inner");
    await addSubmodule(repository, module, "module");
    await addSubmodule(repository, module, "third_party/module");
    await addSubmodule(repository, module, "empty");
    await repository.git("submodule", "--quiet", "deinit", "--force", "empty");
    await repository.write({
      "new/deploy.yaml": `image: ${prefix}/child@${OLD}\n`,
      "new/good.yaml": `image: ${prefix}/child@${CHILD}\n`,
      "new/binary": `\0${prefix}/child@${OLD}\n`,
      "vendor/x.yaml": `image: ${prefix}/child@${OLD}\n`,
      "ignored/x.yaml": `image: ${prefix}/child@${OLD}\n`,
      "new/link": { linkTo: "deploy.yaml" },
    });
  });
  afterAll(() => Promise.all([repository, ...modules].map((each) => each.remove())));

  const NOTICES = [
    { kind: "stale-elsewhere", where: "submodule", files: ["module/a.txt", "module/inner/c.txt"] },
    { kind: "stale-elsewhere", where: "untracked", files: ["new/deploy.yaml"] },
  ];

  it("are told and are no drift", async () => {
    expect(await check(repository)).toEqual({ exitCode: 0, drift: [], notices: NOTICES });
    expect((await check(repository, "--image", "child")).notices).toEqual(NOTICES.slice(1));
  });

  it("are told by what writes digests, which leaves them as they are", async () => {
    const before = await repository.snapshot();
    const ran = await manageImages(repository.folder, ["--only-references", "--format", "json"], ENVIRONMENT);
    expect(JSON.parse(ran.stdout)).toMatchObject({ references: [], notices: NOTICES });
    expect(await repository.snapshot()).toBe(before);
  });

  it("are not known of in a file whose name is not UTF-8", async () => {
    const folder = await makeLocked(cleanFiles(), CLEAN);
    try {
      for (const name of ["caf\xe9.yaml", "vendor/caf\xe9.yaml"]) {
        const file = Buffer.from(`${folder.folder}/${name}`, "latin1");
        await mkdir(dirname(file.toString("latin1")), { recursive: true });
        await writeFile(file, `image: ${prefix}/child@${OLD}\n`);
      }
      await folder.git("add", ".");
      const told = [{ kind: "illegible-names", files: ["caf\ufffd.yaml"] }];
      expect(await check(folder)).toEqual({ exitCode: 0, drift: [], notices: told });
      expect((await manageImages(folder.folder, ["check"], ENVIRONMENT)).stdout).toContain(
        "not looked at, as their names are not UTF-8: caf\ufffd.yaml",
      );
      const args = ["--only-references", "--format", "json"];
      const ran = await manageImages(folder.folder, args, ENVIRONMENT);
      expect(JSON.parse(ran.stdout)).toMatchObject({ references: [], notices: told });
    } finally {
      await folder.remove();
    }
  });

  it("are not known of in a submodule that git cannot read", async () => {
    await repository.write({ "third_party/module/.git": "gitdir: /nowhere\n" });
    await repository.write({ "module/.git": "gitdir: /nowhere\n" });
    const { notices, exitCode } = await check(repository);
    expect(exitCode).toBe(0);
    expect(notices).toEqual([NOTICES[1], { kind: "unread-submodules", paths: ["module"] }]);
  });
});

async function addSubmodule(repository: Repository, module: Repository, path: string): Promise<void> {
  await repository.git(
    "-c",
    "protocol.file.allow=always",
    "submodule",
    "--quiet",
    "add",
    module.folder,
    path,
  );
  await repository.git(
    "-c",
    "protocol.file.allow=always",
    ...["submodule", "--quiet", "update", "--init", "--recursive", path],
  );
  await commitAll(repository);
}

/** An entry without a fingerprint, one of no image, one of another repository, and those that share one. */
async function plantInLockfile(repository: Repository): Promise<void> {
  const { images } = JSON.parse(String(await repository.read("images.lock.json"))) as {
    images: Readonly<Record<string, object>>;
  };
  const planted = {
    ...images,
    release: { ...images["release"], repository: `${prefix}/stack` },
    dev: { ...images["dev"], repository: `${prefix}/stack` },
    tools: { repository: `${prefix}/tools`, digest: digest("c") },
    gone: { ...images["base"], repository: `${prefix}/gone` },
    moved: { ...images["base"], repository: "elsewhere.example/moved" },
  };
  await writeLockfile(repository, Object.fromEntries(Object.entries(planted).toSorted()));
}

describe("a repository with one of each kind of drift", () => {
  let repository: Repository;
  beforeAll(async () => {
    const shared = { repository: `${prefix}/stack` };
    const others = {
      tools: {},
      changed: {},
      new: {},
      moved: {},
      release: { ...shared, tags: ["release"] },
      dev: { ...shared, tags: ["dev"] },
    };
    const files = Object.keys(others).map((image) => [`dockerfiles/${image}.Dockerfile`, "FROM scratch\n"]);
    repository = await makeLocked(
      {
        ...cleanFiles(),
        ...(Object.fromEntries(files) as Record<string, string>),
        "images.config.json": configuration({ base: {}, child: {}, ...others }),
      },
      { ...CLEAN, tools: digest("c"), changed: digest("d"), release: digest("e"), dev: digest("f") },
    );
    await plantInLockfile(repository);
    await repository.write({
      "images.config.json": configuration({ base: {}, child: { dependencies: ["tools"] }, ...others }),
      "dockerfiles/changed.Dockerfile": `# syntax=docker/dockerfile:1\nFROM debian:12 AS one\nFROM one\nCOPY --from=${prefix}/base /x /\n`,
      "dockerfiles/child.Dockerfile": [
        `ARG DIGEST=${OTHER}`,
        `FROM ${prefix}/base@${BASE} AS pinned`,
        `FROM ${prefix}/base@\${DIGEST}`,
        "",
      ].join("\n"),
      "docs/images.md": [
        `é ${prefix}/base@${BASE} ${prefix}/child:latest@${OLD}`,
        `${prefix}/unknown:v1@${OLD}`,
        `${prefix}/stack@${OLD} ${prefix}/stack:dev@${digest("f")}`,
        `${prefix}/unknown:v1@${OLD} manage-images: ignore`,
        "",
      ].join("\r\n"),
      "values.yaml": `image:\n  repository: ${prefix}/base\n  digest: ${OLD}\n`,
      "ci/run.sh": `# é\nexport CCACHE_NAMESPACE=base@${OLD}\n`,
    });
    await commitAll(repository);
  });
  afterAll(() => repository.remove());

  it("has each of them, where it stands, and nothing else", async () => {
    const { drift, exitCode, notices } = await check(repository);
    const name = prefix.length;
    expect(placesOf(drift)).toEqual([
      `stale-pin ci/run.sh:2:${"export CCACHE_NAMESPACE=base@".length + 1} base`,
      `unpinned dockerfiles/changed.Dockerfile:1:10 changed`,
      `unpinned dockerfiles/changed.Dockerfile:2:6 changed`,
      `unpinned dockerfiles/changed.Dockerfile:4:13 changed`,
      `hidden-pin dockerfiles/child.Dockerfile:3:6 base`,
      `undeclared-dependency dockerfiles/child.Dockerfile:3:6 child`,
      `stale-pin docs/images.md:1:${2 + name + 6 + 71 + 1 + name + 14 + 1} child`,
      `unowned-pin docs/images.md:2:${name + "/unknown:v1@".length + 1} -`,
      `ambiguous-pin docs/images.md:3:${name + "/stack@".length + 1} -`,
      `unused-dependency images.config.json:7:9 child`,
      `unlocked-image images.lock.json:1:1 new`,
      `stale-image images.lock.json:9:5 changed`,
      `stale-image images.lock.json:14:5 child`,
      `orphaned-entry images.lock.json:24:5 gone`,
      `unlocked-image images.lock.json:29:5 moved`,
      `stale-pin values.yaml:3:11 base`,
    ]);
    expect(exitCode).toBe(1);
    expect(notices).toEqual([{ kind: "unproven", images: ["tools"] }]);
  });

  it("says what is there, what should be, and how to mend it", async () => {
    const { drift } = await check(repository);
    const ofKind = (kind: string) => drift.find((each) => each.kind === kind);
    expect(ofKind("stale-pin")).toMatchObject({
      found: OLD,
      expected: BASE,
      message: "base is pinned to sha256:111111111111, the lockfile has sha256:aaaaaaaaaaaa",
      remedy: "manage-images --only-references",
    });
    expect(drift.find(({ line, file }) => file.includes("changed") && line === 4)).toMatchObject({
      found: `${prefix}/base`,
      expected: `${prefix}/base@${BASE}`,
      remedy: "manage-images pin",
    });
    expect(ofKind("stale-image")).toMatchObject({
      message: expect.stringMatching(/^changed is stale: /),
      remedy: "manage-images --image changed",
    });
    expect(ofKind("unlocked-image")).toMatchObject({ remedy: "manage-images --image new" });
    expect(ofKind("ambiguous-pin")).toMatchObject({ candidates: ["release", "dev"] });
  });

  it("is shown by file with the commands that mend it", async () => {
    const { exitCode, stdout } = await manageImages(repository.folder, ["check"], ENVIRONMENT);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^ci\/run\.sh:2:30 {2}base is pinned to .* → manage-images --only-references\n\ndockerfiles\/changed/,
    );
    expect(stdout).toMatch(
      /\n16 drifts in 7 files\. Next: edit what no command mends, `manage-images --only-references`, `manage-images pin` and `manage-images --image all`\.\n$/,
    );
  });

  it("is an annotation for each of them", async () => {
    const { stdout } = await manageImages(repository.folder, ["check", "--format", "github"], ENVIRONMENT);
    expect(stdout.match(/^::error file=/gm)).toHaveLength(16);
    expect(stdout).toContain(
      "::error file=ci/run.sh,line=2,col=30,title=manage-images check%3A stale-pin::base is pinned to sha256:1",
    );
  });

  it("of an image is what --image narrows it to", async () => {
    const { drift } = await check(repository, "--image", "child");
    expect(drift.map(({ kind, image }) => `${kind} ${image ?? ""}`)).toEqual([
      "undeclared-dependency child",
      "stale-pin child",
      "unused-dependency child",
      "stale-image child",
    ]);
    expect((await check(repository, "--image", "all")).drift).toHaveLength(16);
  });

  it("is told of an image that there is not", async () => {
    const ran = await manageImages(repository.folder, ["check", "--image", "bse"], ENVIRONMENT);
    expect([ran.exitCode, ran.stderr]).toEqual([2, expect.stringContaining("did you mean base?")]);
  });
});

describe("a digest from before, which a merge brought back", () => {
  let repository: Repository;
  let before: string;
  beforeAll(async () => {
    repository = await makeLocked(cleanFiles(), CLEAN);
    before = await repository.git("rev-parse", "HEAD");
    await repository.git("switch", "--quiet", "--create", "side");
    await repository.write({ "deploy.yaml": `image: ${prefix}/base@${BASE}\n` });
    await commitAll(repository);
    await repository.git("switch", "--quiet", "main");
    await moveBase();
    await repository.git("merge", "--quiet", "--no-edit", "side");
  });
  afterAll(() => repository.remove());

  /** What a run does that builds both images. */
  async function moveBase(): Promise<void> {
    for (const file of ["dockerfiles/child.Dockerfile", "ci/run.sh"]) {
      const text = String(await repository.read(file));
      await repository.write({ [file]: text.replace(BASE, OTHER) });
    }
    await lock(repository, { ...CLEAN, base: OTHER });
    await commitAll(repository);
  }

  it("is told from one that was never there, with the commit that had it", async () => {
    const { drift } = await check(repository);
    expect(placesOf(drift)).toEqual([`earlier-pin deploy.yaml:1:${8 + prefix.length + 6} base`]);
    expect(drift[0]).toMatchObject({
      found: BASE,
      expected: OTHER,
      message: `base is pinned to sha256:aaaaaaaaaaaa, which the lockfile had at ${before.slice(0, 12)}; now it has sha256:222222222222`,
      remedy: "manage-images --only-references",
    });
  });

  it("cannot be told where the clone lacks the history", async () => {
    const clone = await makeRepository();
    await clone.git("pull", "--quiet", "--depth=1", `file://${repository.folder}`, "main");
    expect((await check(clone)).drift.map(({ kind }) => kind)).toEqual(["stale-pin"]);
    await clone.remove();
  });

  it("is told where a merge did not take the lockfile that had it", async () => {
    await repository.git("switch", "--quiet", "--create", "other", before);
    await lock(repository, { ...CLEAN, base: digest("9") });
    await commitAll(repository);
    await repository.git("switch", "--quiet", "main");
    await repository.git("merge", "--quiet", "--strategy=ours", "--no-edit", "other");
    await repository.write({ "ci/run.sh": `export CCACHE_NAMESPACE=base@${digest("9")}\n` });
    expect((await check(repository)).drift.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      "earlier-pin ci/run.sh",
      "earlier-pin deploy.yaml",
    ]);
  });

  it("is mended by the command that it names", async () => {
    const ran = await manageImages(repository.folder, ["--only-references"], ENVIRONMENT);
    expect(ran.exitCode).toBe(0);
    expect((await check(repository)).drift).toEqual([]);
  });
});

describe("images for one platform each, in one repository", () => {
  let repository: Repository;
  const [ARM_BEFORE, ARM, AMD_BEFORE, AMD] = [digest("4"), digest("5"), digest("6"), digest("7")];
  const multi = () => `${prefix}/multi`;
  const entries = (arm: string, amd: string) => ({
    "multi-amd64": { repository: multi(), digest: amd },
    "multi-arm64": { repository: multi(), digest: arm },
  });

  beforeAll(async () => {
    const images = Object.fromEntries(
      ["amd64", "arm64"].map((platform) => [
        `multi-${platform}`,
        { repository: multi(), tags: [platform], platforms: [`linux/${platform}`], dockerfile: "Dockerfile" },
      ]),
    );
    repository = await makeRepository({
      "images.config.json": configuration(images),
      Dockerfile: "FROM scratch\n",
    });
    await writeLockfile(repository, entries(ARM_BEFORE, AMD_BEFORE));
    await commitAll(repository);
    await writeLockfile(repository, entries(ARM, AMD));
    await repository.write({
      "deploy.yaml": [
        `arm: ${multi()}@${ARM}`,
        `amd: ${multi()}@${AMD}`,
        `arm: ${multi()}@${ARM_BEFORE}`,
        `amd: ${multi()}@${AMD_BEFORE}`,
        `amd: ${multi()}:amd64@${ARM}`,
        `who: ${multi()}@${OTHER}`,
        "",
      ].join("\n"),
    });
    await commitAll(repository);
  });
  afterAll(() => repository.remove());

  it("have a digest each, and an earlier one is that of the image that had it", async () => {
    const { drift } = await check(repository);
    expect(drift.map(({ kind, line, image, expected }) => [kind, line, image, expected])).toEqual([
      ["earlier-pin", 3, "multi-arm64", ARM],
      ["earlier-pin", 4, "multi-amd64", AMD],
      ["stale-pin", 5, "multi-amd64", AMD],
      ["ambiguous-pin", 6, undefined, undefined],
    ]);
  });

  it("are mended but for what nobody knows", async () => {
    const ran = await manageImages(repository.folder, ["--only-references"], ENVIRONMENT);
    expect(ran.exitCode).toBe(0);
    expect(String(await repository.read("deploy.yaml"))).toBe(
      [
        `arm: ${multi()}@${ARM}`,
        `amd: ${multi()}@${AMD}`,
        `arm: ${multi()}@${ARM}`,
        `amd: ${multi()}@${AMD}`,
        `amd: ${multi()}:amd64@${AMD}`,
        `who: ${multi()}@${OTHER}`,
        "",
      ].join("\n"),
    );
  });
});
