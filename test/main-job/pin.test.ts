import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import type { PinningResult } from "../../src/model/pinning.ts";
import { refusalSentence } from "../../src/reporters/refusals.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex } from "../support/push-images.ts";
import { startRegistryProxy } from "../support/registry-proxy.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const OURS = `sha256:${"b".repeat(64)}`;
const ACME = "gcr.io/acme";

let registry: LocalRegistry;
/** The digests of the bases, which are indexes. */
let digests: Readonly<Record<"busybox" | "debian" | "syntax", string>>;

beforeAll(async () => {
  registry = await startRegistry();
  const both = (mark: string) => ["linux/amd64", "linux/arm64"].map((platform) => ({ platform, mark }));
  digests = {
    busybox: await pushIndex(registry, "library/busybox", both("busybox"), "1.36"),
    debian: await pushIndex(registry, "library/debian", both("debian"), "latest"),
    syntax: await pushImage(registry, "docker/dockerfile", { platform: "linux/amd64" }, "1"),
  };
}, 60_000);

afterAll(() => registry.stop());

/** A configuration of images whose Dockerfiles are given, with a digest of `base` in the lockfile. */
function project(
  dockerfiles: Readonly<Record<string, string | Uint8Array>>,
  images: Readonly<Record<string, object>> = {},
  others: Readonly<Record<string, Content>> = {},
): Record<string, Content> {
  const names = [...Object.keys(dockerfiles), ...Object.keys(images)];
  const all = { base: {}, ...Object.fromEntries(names.map((name) => [name, images[name] ?? {}])) };
  const locked = { base: { repository: `${ACME}/base`, digest: OURS } };
  return {
    "images.config.json": JSON.stringify({ registry: ACME, images: all }),
    "images.lock.json": JSON.stringify({ version: 1, images: locked }),
    "dockerfiles/base.Dockerfile": "FROM scratch\n",
    ...Object.fromEntries(
      Object.entries(dockerfiles).map(([name, text]) => [`dockerfiles/${name}.Dockerfile`, text]),
    ),
    ...others,
  };
}

async function pin(repository: Repository, ...flags: readonly string[]) {
  return manageImages(repository.folder, ["pin", ...flags], ENVIRONMENT);
}

async function pinned(repository: Repository, ...flags: readonly string[]): Promise<PinningResult> {
  const ran = await pin(repository, "--format", "json", ...flags);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as PinningResult;
}

/** `R/` is the registry; `@B`, `@D`, `@S` and `@O` are digests that the file has afterwards and not before. */
function before(template: string): string {
  return template.replaceAll(/@[BDSO](?![A-Za-z])/g, "").replaceAll("R/", `${registry.host}/`);
}

function after(template: string): string {
  const known = { B: digests.busybox, D: digests.debian, S: digests.syntax, O: OURS };
  return template
    .replaceAll(/@([BDSO])(?![A-Za-z])/g, (_, letter: keyof typeof known) => `@${known[letter]}`)
    .replaceAll("R/", `${registry.host}/`);
}

const PINNED: readonly (readonly [title: string, template: string])[] = [
  ["a base", "FROM R/library/busybox:1.36@B\nRUN true\n"],
  ["line ends, the last of which is missing", "FROM R/library/busybox:1.36@B\r\nRUN true"],
  [
    "a byte order mark, comments and other bytes",
    "\ufeff# FROM R/library/busybox:1.36 é\nFROM  R/library/busybox:1.36@B \t AS  Build\nLABEL a=R/library/busybox:1.36\n",
  ],
  ["flags, and a name", "from --platform=$BUILDPLATFORM R/library/busybox:1.36@B aS a\nFROM a\n"],
  ["continued lines", "FROM \\\n# what\n  R/library/busybox:1.36@B \\\n  AS a\n"],
  ["a base without a tag", "FROM R/library/debian@D\n"],
  [
    "several stages on one base",
    "FROM R/library/busybox:1.36@B AS a\nFROM R/library/busybox:1.36@B\nCOPY --from=a / /\n",
  ],
  [
    "COPY and mounts",
    'FROM scratch\nCOPY --from="R/library/busybox:1.36@B" / /\nRUN --mount=type=bind,from=R/library/debian@D,target=/a --mount="type=bind,from=R/library/busybox:1.36@B,target=/b" true\n',
  ],
  ["triggers", "FROM scratch\nONBUILD COPY --from=R/library/busybox:1.36@B / /\n"],
  [
    "the syntax directive",
    "# syntax=R/docker/dockerfile:1@S\n# escape=`\nFROM `\n R/library/busybox:1.36@B\n",
  ],
  ["an image of ours", `FROM ${ACME}/base@O\nCOPY --from=${ACME}/base:latest@O / /\n`],
  ["quotes", 'FROM "R/library/busybox:1.36@B"\n'],
  [
    "an argument that is the reference",
    'ARG BASE="R/library/busybox:1.36@B"\nFROM ${BASE} AS a\nFROM $BASE\nARG BASE\nLABEL base=${BASE}\n',
  ],
  ["an argument that is the tag", "ARG VERSION=1.36@B\nFROM R/library/busybox:${VERSION}\n"],
  [
    "a default where it is used",
    "FROM ${BASE:-R/library/busybox:1.36@B} AS a\nFROM R/library/busybox:${VERSION-1.36@B}\nCOPY --from=a / /\n",
  ],
  ["a registry that is an argument", `ARG FROM_REGISTRY=R/library\nFROM \${FROM_REGISTRY}/busybox:1.36@B\n`],
  [
    "names that are no images, and here-documents",
    "FROM scratch AS busybox\nFROM busybox\nRUN <<EOF\nFROM R/library/busybox:1.36\nEOF\n",
  ],
  [
    "what is pinned already, and what is ignored",
    `FROM R/library/busybox:1.36@${OURS} AS a\n# manage-images: ignore-next-line\nFROM R/library/busybox:1.36\nCOPY --from=a / /\n`,
  ],
];

describe("digests are added to Dockerfiles, and not a byte besides, for", () => {
  let repository: Repository;
  const nameOf = (index: number) => `i${index}`;

  beforeAll(async () => {
    const files = PINNED.map(([, template], index) => [nameOf(index), before(template)] as const);
    repository = await makeRepository(project(Object.fromEntries(files)));
    const result = await pinned(repository);
    expect(result.refused).toEqual([]);
  }, 60_000);

  afterAll(() => repository.remove());

  it.each(PINNED.map(([title, template], index) => [title, template, index] as const))(
    "%s",
    async (_, template, index) => {
      const bytes = await repository.read(`dockerfiles/${nameOf(index)}.Dockerfile`);
      expect(bytes.toString()).toBe(after(template));
    },
  );

  it("in one commit, after which nothing is left to do", async () => {
    expect(await repository.git("status", "--porcelain")).toBe("");
    expect(await repository.git("log", "-1", "--format=%s")).toMatch(/^Pin /);
    const again = await pinned(repository);
    expect([again.references, again.commit]).toEqual([[], undefined]);
  });
});

interface Refusal {
  readonly dockerfile: string;
  readonly image?: object;
  readonly line: number;
  readonly why: string;
}

const REFUSED: Readonly<Record<string, Refusal>> = {
  "an argument that the configuration sets": {
    dockerfile: "ARG BASE=R/library/debian\nFROM ${BASE}\n",
    image: { args: { BASE: "R/library/busybox:1.36" } },
    line: 2,
    why: "the configuration sets BASE",
  },
  "a tag that the configuration sets": {
    dockerfile: "ARG VERSION=1\nFROM R/library/busybox:${VERSION:-2}\n",
    image: { args: { VERSION: "1.36" } },
    line: 2,
    why: "the configuration sets VERSION",
  },
  "a part of a tag": {
    dockerfile: "ARG MINOR=36\nFROM R/library/busybox:1.${MINOR}\n",
    line: 2,
    why: "MINOR is a part of its tag",
  },
  "a tag with something behind its argument": {
    dockerfile: "ARG A=1\nFROM R/library/busybox:${A}.36\n",
    line: 2,
    why: "A is a part of its tag",
  },
  "a part of a name": {
    dockerfile: "ARG BOX=box\nFROM R/library/busy${BOX}:1.36\n",
    line: 2,
    why: "BOX is a part of its name",
  },
  "the platform": {
    dockerfile: "FROM R/${TARGETARCH}/busybox:1.36\n",
    line: 1,
    why: "depends on the platform (TARGETARCH)",
  },
  "an argument of arguments": {
    dockerfile: "ARG V=1.36\nARG BASE=R/library/busybox:${V}\nFROM ${BASE}\n",
    line: 3,
    why: "the default of BASE is put together",
  },
  "a tag that is used elsewhere": {
    dockerfile: "ARG V=1.36\nFROM R/library/busybox:${V}\nARG V\nRUN get v${V}\n",
    line: 2,
    why: "V is also used on line 3",
  },
  "one tag of two images": {
    dockerfile: "ARG V=1.36\nFROM R/library/busybox:${V} AS a\nFROM R/other:${V}\nCOPY --from=a / /\n",
    line: 2,
    why: "V is also used on line 2",
  },
  "a variable that is changed": {
    dockerfile: "ARG V=v1.36\nFROM R/library/busybox:${V#v}\n",
    line: 2,
    why: "not certain enough",
  },
  "what may be a stage": {
    dockerfile: "FROM scratch\nONBUILD COPY --from=debian / /\n",
    line: 2,
    why: "may be a stage",
  },
  "what the registry does not have": {
    dockerfile: "FROM R/library/absent:1\n",
    line: 1,
    why: "the registry does not have it",
  },
  "an image that was never built": {
    dockerfile: `FROM ${ACME}/never\n`,
    line: 1,
    why: "build it: manage-images --image never",
  },
  "an image of ours whose digest a run would not find": {
    dockerfile: `ARG T=latest\nFROM ${ACME}/base:\${T}\n`,
    line: 2,
    why: "a run would not find the digest of base",
  },
};

describe("a reference is left as it is, and said, for", () => {
  const cases = Object.entries(REFUSED).map(([title, each], index) => ({
    title,
    ...each,
    name: `i${index}`,
  }));
  let repository: Repository;
  let untouched: string;
  let result: PinningResult;

  beforeAll(async () => {
    const files = cases.map(({ name, dockerfile }) => [name, before(dockerfile)] as const);
    const images = cases.map(
      ({ name, image = {} }) => [name, JSON.parse(before(JSON.stringify(image))) as object] as const,
    );
    repository = await makeRepository(
      project({ never: "FROM scratch\n", ...Object.fromEntries(files) }, Object.fromEntries(images)),
    );
    untouched = await repository.snapshot();
    result = await pinned(repository);
  }, 60_000);

  afterAll(() => repository.remove());

  it.each(cases)("$title", ({ name, line, why }) => {
    const found = result.refused.find(({ file }) => file === `dockerfiles/${name}.Dockerfile`);
    expect([found?.line, found && refusalSentence(found.why)]).toEqual([line, expect.stringContaining(why)]);
  });

  it("and nothing is written", async () => {
    expect(result.references).toEqual([]);
    expect(await repository.snapshot()).toBe(untouched);
  });
});

test("a variable in COPY --from, which BuildKit refuses, is said with its line", async () => {
  const repository = await makeRepository(
    project({ a: "ARG V=1\nFROM scratch\nCOPY --from=img:${V} / /\n" }),
  );
  const { exitCode, stderr } = await pin(repository);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining("dockerfiles/a.Dockerfile:3: there is a variable"),
  ]);
  await repository.remove();
});

test("images that read one Dockerfile differently get no digest; those that read it alike do", async () => {
  const dockerfile = "docker/Dockerfile";
  const repository = await makeRepository({
    ...project(
      {},
      {
        a: { dockerfile, target: "a", args: { Q: `${registry.host}/library` } },
        b: { dockerfile, target: "b", args: { Q: `${registry.host}/other` } },
      },
    ),
    [dockerfile]: before(
      "ARG Q\nFROM $Q/busybox:1.36 AS c\nFROM R/library/debian AS d\nFROM c AS a\nCOPY --from=d / /\nFROM c AS b\n",
    ),
  });
  const { references, refused } = await pinned(repository);
  expect(references.map(({ line }) => line)).toEqual([3]);
  expect(refused).toMatchObject([{ line: 2, why: { kind: "varies" } }]);
  await repository.remove();
});

describe("other files that are included", () => {
  const template = [
    `image: ${ACME}/base:latest@O # ${ACME}/base-arm64:latest eu.${ACME}/base:latest gcrXio/acme/base:latest`,
    `"docker://${ACME}/base:latest@O", '${ACME}/base:latest@O'; see ${ACME}/base:latest@O.\r`,
    `x=\${X:-${ACME}/base:latest@O} ${ACME}/base:latest/x ${ACME}/base:\${TAG} ${ACME}/base:latest\${S}`,
    `${ACME}/base ${ACME}/base:latest@sha256:abc ${ACME}/base:latest-x R/library/busybox:1.36`,
    `docker push ${ACME}/base:latest`,
    `docker run ${ACME}/base:v2; run ${ACME}/base:latest@O`,
    `docker run ${ACME}/base:latest # manage-images: ignore`,
  ].join("\n");

  test("get the digests of our images behind their tags, and what is uncertain is said", async () => {
    const repository = await makeRepository(
      project(
        {},
        {},
        { "docs/a.md": before(template), "b.md": before(template), "vendor/a.md": before(template) },
      ),
    );
    const { refused } = await pinned(repository, "--include", "docs/**", "--include", "vendor/*");
    expect((await repository.read("docs/a.md")).toString()).toBe(after(template));
    expect((await repository.read("b.md")).toString()).toBe(before(template));
    expect((await repository.read("vendor/a.md")).toString()).toBe(before(template));
    expect(refused.map(({ file, line, why }) => [file, line, why.kind])).toEqual([
      ["docs/a.md", 4, "foreign-tag"],
      ["docs/a.md", 5, "names-a-result"],
      ["docs/a.md", 6, "foreign-tag"],
    ]);
    await repository.remove();
  });
});

test("a dry run prints a difference that git can apply, and changes nothing", async () => {
  const template =
    "FROM R/library/busybox:1.36@B\r\n# caf\xe9\r\n\r\nRUN a\r\nRUN b\r\nRUN c\r\nFROM scratch";
  const latin1 = (text: string) => Buffer.from(text, "latin1");
  const bytes = latin1(before(`${template}\nCOPY --from=0 / /`));
  const repository = await makeRepository(project({ a: bytes }));
  const untouched = await repository.snapshot();
  const ran = await promisify(execFile)(
    process.execPath,
    [new URL("../../dist/cli/bin.cjs", import.meta.url).pathname, "pin", "--dry-run"],
    { cwd: repository.folder, env: { ...process.env, ...ENVIRONMENT }, encoding: "latin1" },
  );
  expect(await repository.snapshot()).toBe(untouched);
  expect(ran.stdout).toMatch(
    /^--- a\/dockerfiles\/a.Dockerfile\n\+\+\+ b\/dockerfiles\/a.Dockerfile\n@@ -1,4 \+1,4 @@\n-FROM/,
  );
  await writeFile(join(repository.folder, ".git/pin.patch"), latin1(ran.stdout));
  await repository.git("apply", ".git/pin.patch");
  expect(await repository.read("dockerfiles/a.Dockerfile")).toEqual(
    latin1(after(`${template}\nCOPY --from=0 / /`)),
  );
  expect((await pin(repository, "--dry-run")).stdout).toBe("");
  await repository.remove();
});

test("edits of the user's, staged or not, stay as they are and uncommitted", async () => {
  const file = "dockerfiles/a.Dockerfile";
  const text = "FROM R/library/busybox:1.36@B\nRUN a\n";
  const repository = await makeRepository(project({ a: before(text) }, {}, { "other.txt": "a\n" }));
  await repository.write({ [file]: before(`${text}RUN staged\n`), "other.txt": "b\n" });
  await repository.git("add", file);
  await repository.write({ [file]: before(`${text}RUN staged\nRUN edited\n`) });
  const { commit } = await pinned(repository);
  expect(commit).toBe(await repository.git("rev-parse", "HEAD"));
  expect(await repository.git("show", `HEAD:${file}`)).toBe(after(text).trimEnd());
  expect(await repository.git("show", `:${file}`)).toBe(after(`${text}RUN staged`));
  expect((await repository.read(file)).toString()).toBe(after(`${text}RUN staged\nRUN edited\n`));
  expect(await repository.git("diff", "--name-only")).toBe(`${file}\nother.txt`);
  await repository.remove();
});

test("--no-commit leaves the digests in the working tree", async () => {
  const repository = await makeRepository(project({ a: before("FROM R/library/busybox:1.36\n") }));
  const head = await repository.git("rev-parse", "HEAD");
  expect((await pinned(repository, "--no-commit")).commit).toBeUndefined();
  expect(await repository.git("rev-parse", "HEAD")).toBe(head);
  expect(await repository.git("diff", "--name-only")).toBe("dockerfiles/a.Dockerfile");
  await repository.remove();
});

test.each([500, 401, 429])(
  "an answer %i is an error, never an absence, and nothing is written",
  async (status) => {
    const asked: string[] = [];
    const proxy = await startRegistryProxy(registry.host, ({ path }) => {
      asked.push(path);
      return path.includes("/debian/") ? { status, headers: { "retry-after": "3600" } } : undefined;
    });
    const repository = await makeRepository(
      project({
        a: `FROM ${proxy.host}/library/busybox:1.36 AS a\nFROM ${proxy.host}/library/debian\nCOPY --from=a / /\n`,
      }),
    );
    const untouched = await repository.snapshot();
    const { exitCode, stderr } = await pin(repository);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`answered ${status}`)]);
    expect(await repository.snapshot()).toBe(untouched);
    await proxy.stop();
    await repository.remove();
  },
);

test("a tag that moves meanwhile is asked once, so that all get the same digest", async () => {
  let count = 0;
  const proxy = await startRegistryProxy(registry.host, ({ path }) => {
    if (!path.endsWith("/manifests/1.36")) return undefined;
    count += 1;
    return { headers: { "docker-content-digest": `sha256:${String(count).repeat(64)}` } };
  });
  const from = (name: string) => `FROM ${proxy.host}/library/busybox:1.36 AS ${name}\n`;
  const repository = await makeRepository(
    project({ a: `${from("a")}${from("b")}COPY --from=a / /\n`, b: from("c") }),
  );
  const { references } = await pinned(repository);
  expect([count, references.map(({ to }) => to)]).toEqual([1, Array(3).fill(`sha256:${"1".repeat(64)}`)]);
  await proxy.stop();
  await repository.remove();
});
