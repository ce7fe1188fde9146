import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { PinningResult } from "../../src/model/pinning.ts";
import { manageImages } from "../support/manage-images.ts";
import { pushImage, pushIndex, type Pushed } from "../support/push-images.ts";
import { startRegistryProxy, type Fault } from "../support/registry-proxy.ts";
import { startRegistry, type LocalRegistry } from "../support/registry.ts";
import { GIT_ENVIRONMENT, makeRepository, type Content, type Repository } from "../support/repository.ts";

const ENVIRONMENT = { ...GIT_ENVIRONMENT, DOCKER_HOST: "unix:///nowhere/docker.sock", NO_COLOR: "1" };
const ACME = "gcr.io/acme";
const OURS = `sha256:${"b".repeat(64)}`;
const HOUR = 3_600_000;

let registry: LocalRegistry;
/** What `debian:12` was and is: its index, and the images in it. */
let old: Readonly<Record<"index" | "amd" | "arm", string>>;
let now: typeof old;

async function pushDebian(mark: string, created: string): Promise<typeof old> {
  const amd: Pushed = { platform: "linux/amd64", mark, created };
  const arm: Pushed = { platform: "linux/arm64/v8", mark, created };
  return {
    index: await pushIndex(
      registry,
      "library/debian",
      [amd, arm, { platform: "unknown/unknown", mark }],
      "12",
    ),
    amd: await pushImage(registry, "library/debian", amd),
    arm: await pushImage(registry, "library/debian", arm),
  };
}

beforeAll(async () => {
  registry = await startRegistry();
  old = await pushDebian("old", "2024-01-01T00:00:00Z");
  now = await pushDebian("new", new Date(Date.now() - 10 * HOUR).toISOString());
}, 60_000);

afterAll(() => registry.stop());

function project(
  dockerfiles: Readonly<Record<string, string | Uint8Array>>,
  others: Readonly<Record<string, Content>> = {},
): Record<string, Content> {
  const images = Object.fromEntries(Object.keys(dockerfiles).map((name) => [name, {}]));
  return {
    "images.config.json": JSON.stringify({ registry: ACME, images }),
    "images.lock.json": JSON.stringify({ version: 1, images: {} }),
    ...Object.fromEntries(
      Object.entries(dockerfiles).map(([name, text]) => [`dockerfiles/${name}.Dockerfile`, text]),
    ),
    ...others,
  };
}

async function update(repository: Repository, ...flags: readonly string[]): Promise<PinningResult> {
  const ran = await manageImages(repository.folder, ["update", "--format", "json", ...flags], ENVIRONMENT);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as PinningResult;
}

/** `H` is the registry, `D` the base, `@I` (`=I`), `@A` and `@R` the digests of index, amd64 and arm64, `§` the old index and `@O` ours. */
function fill(template: string, { index, amd, arm }: typeof old, host = registry.host): string {
  return template
    .replaceAll("D:12", "H/library/debian:12")
    .replaceAll("H/", `${host}/`)
    .replaceAll(/(?<=[@=])I\b/g, index)
    .replaceAll(/@A\b/g, `@${amd}`)
    .replaceAll(/@R\b/g, `@${arm}`)
    .replaceAll("@§", `@${old.index}`)
    .replaceAll(/@O\b/g, `@${OURS}`);
}

describe("pinned bases move to what their tags point at", () => {
  const templates = {
    lines:
      "# syntax=D:12@I\r\n# D:12@§ \xe9\r\nFROM --platform=$BUILDPLATFORM \\\r\n  D:12@I aS a\r\nFROM D:12@I\r\nCOPY --from=a / /\r\nLABEL a=D:12@§",
    sources: `FROM ${ACME}/lines:latest@O\nCOPY --from="D:12@I" / /\nRUN --mount=from=D:12@R,target=/a true\nONBUILD COPY --from=D:12@I / /\n`,
    kinds: "FROM D:12@A AS a\nFROM D:12@R AS b\nFROM D:12@I\nCOPY --from=a / /\nCOPY --from=b / /\n",
    arguments:
      "ARG BASE='D:12@I'\nARG TAG=12@I\nARG V=12\nFROM ${BASE} AS a\nFROM H/library/debian:$V@I AS b\nFROM H/library/debian:${TAG}\nCOPY --from=a / /\nCOPY --from=b / /\n",
    digests: "ARG D=I\nFROM H/library/debian:12@${D}\nARG D\nLABEL digest=${D}\n",
    ignored: "# manage-images: ignore-next-line\nFROM D:12@§\n",
    defaults: "FROM ${BASE:-D:12@I}\n",
  };
  let repository: Repository;
  let result: PinningResult;

  beforeAll(async () => {
    const files = Object.entries(templates).map(
      ([name, text]) => [name, Buffer.from(fill(text, old), "latin1")] as const,
    );
    repository = await makeRepository(
      project(Object.fromEntries(files), {
        ".github/a.yml": fill(
          `image: D:12@I\nother: D:12@A # manage-images: ignore\nours: ${ACME}/lines:1@O\n`,
          old,
        ),
        "b.yml": fill("image: D:12@I\n", old),
      }),
    );
    result = await update(repository, "--include", ".github/**");
  }, 60_000);

  afterAll(() => repository.remove());

  test.each(Object.keys(templates) as (keyof typeof templates)[])(
    "and not a byte besides changes: %s",
    async (name) => {
      const bytes = await repository.read(`dockerfiles/${name}.Dockerfile`);
      expect(bytes.toString("latin1")).toBe(fill(templates[name], now));
    },
  );

  test("in other files that are included, too", async () => {
    expect((await repository.read(".github/a.yml")).toString()).toBe(
      fill("image: D:12@I\nother: D:12@§ # manage-images: ignore\n", now).replace(old.index, old.amd) +
        `ours: ${ACME}/lines:1@${OURS}\n`,
    );
    expect((await repository.read("b.yml")).toString()).toBe(fill("image: D:12@I\n", old));
  });

  test("in one commit that says what moved, after which nothing is left to do", async () => {
    expect(await repository.git("status", "--porcelain")).toBe("");
    const reference = `${registry.host}/library/debian:12`;
    expect(await repository.git("log", "-1", "--format=%B")).toContain(
      `${reference}: ${old.index} -> ${now.index}\n`,
    );
    expect(result.refused).toEqual([]);
    expect(result.stale).toEqual(["lines", "sources", "kinds", "arguments", "digests", "defaults"]);
    expect((await update(repository, "--include", "**")).references.map(({ file }) => file)).toEqual([
      "b.yml",
    ]);
  });
});

describe("with filters", () => {
  let repository: Repository;
  const from = () => fill("FROM D:12@I\n", old);

  beforeAll(async () => {
    repository = await makeRepository(project({ a: from(), b: `${from()}RUN b\n` }));
  });

  afterAll(() => repository.remove());

  test.each([
    { flags: ["--image", "b"], files: ["b"] },
    { flags: ["--base", "debian"], files: ["a", "b"] },
    { flags: ["--base", "debian:*", "--base", "x"], files: ["a", "b"] },
    { flags: ["--minimum-age", "9h"], files: ["a", "b"] },
    { flags: ["--minimum-age", "1w"], files: [], refused: "too-young" },
  ])("$flags", async ({ flags, files, refused }) => {
    const result = await update(repository, "--dry-run", ...flags);
    expect(result.references.map(({ file }) => file)).toEqual(
      files.map((name) => `dockerfiles/${name}.Dockerfile`),
    );
    expect(result.refused.map(({ why }) => why.kind)).toEqual(
      refused === undefined ? [] : [refused, refused],
    );
  });

  test.each([
    {
      flags: ["--base", "debain"],
      says: "No pinned base is called debain.\n  The pinned bases, which may also be written with their registries, are: debian:12\n",
    },
    { flags: ["--image", "c"], says: "There is no image c" },
    { flags: ["--minimum-age", "3"], says: "--minimum-age takes a number of" },
  ])("that name nothing: $flags", async ({ flags, says }) => {
    const { exitCode, stderr } = await manageImages(repository.folder, ["update", ...flags], ENVIRONMENT);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  test("people see a table, what to build next, and of a dry run the difference", async () => {
    const dry = await manageImages(repository.folder, ["update", "--dry-run"], ENVIRONMENT);
    expect(dry.stdout).toContain(`-${from()}+${fill("FROM D:12@I\n", now)}`);
    const { stdout } = await manageImages(repository.folder, ["update"], ENVIRONMENT);
    expect(stdout).toMatch(/2 references in 2 files:\nREFERENCE +FROM +TO +FILES\n/);
    expect(stdout).toContain(
      `${registry.host}/library/debian:12  ${old.index.slice(0, 19)}  ${now.index.slice(0, 19)}  dockerfiles/a.Dockerfile:1, dockerfiles/b.Dockerfile:1\n`,
    );
    expect(stdout).toContain("Next: build what is stale now: manage-images --image a --image b\n");
  });
});

test("files that disagree are brought to one digest", async () => {
  const other = await pushIndex(registry, "library/debian", [{ platform: "linux/amd64", mark: "older" }]);
  const repository = await makeRepository(
    project({
      a: fill("FROM D:12@I\n", old),
      b: fill("FROM D:12@I\n", { ...old, index: other }),
      c: fill("FROM D:12@I\n", now),
    }),
  );
  await update(repository);
  for (const name of ["a", "b", "c"])
    expect((await repository.read(`dockerfiles/${name}.Dockerfile`)).toString()).toBe(
      fill("FROM D:12@I\n", now),
    );
  await repository.remove();
});

test("what cannot be moved is said, and left as it is", async () => {
  const gone = `sha256:${"9".repeat(64)}`;
  const single = await pushImage(registry, "library/single", { platform: "linux/amd64", mark: "2" }, "1");
  const undated = await pushIndex(registry, "library/single", [{ platform: "linux/amd64" }]);
  const at = `${registry.host}/library`;
  const repository = await makeRepository(
    project({
      untagged: `FROM ${at}/debian@${old.index}\n`,
      gone: `FROM ${at}/debian:12@${gone}\n`,
      absent: `FROM ${at}/debian:13@${gone}\n`,
      kind: `FROM ${at}/single:1@${undated}\n`,
      platform: `FROM ${at}/\${TARGETARCH}:1@${gone}\n`,
      hash: `ARG HASH=${old.index.slice(7)}\nFROM ${at}/debian:12@sha256:\${HASH}\n`,
    }),
  );
  const untouched = await repository.snapshot();
  const { references, refused } = await update(repository);
  expect(single).not.toBe(undated);
  expect([references, refused.map(({ why }) => why.kind)]).toEqual([
    [],
    ["not-found", "old-digest-gone", "unclear", "other-kind", "platform", "no-tag"],
  ]);
  expect(await repository.snapshot()).toBe(untouched);
  await repository.remove();
});

test("edits of the user's, staged or not, stay as they are and uncommitted", async () => {
  const file = "dockerfiles/a.Dockerfile";
  const repository = await makeRepository(project({ a: fill("FROM D:12@I\n", old) }));
  await repository.write({ [file]: fill("FROM D:12@I\nRUN staged\n", old) });
  await repository.git("add", file);
  await repository.write({ [file]: fill("FROM D:12@I\nRUN staged\nRUN edited\n", old) });
  await update(repository);
  expect(await repository.git("show", `HEAD:${file}`)).toBe(fill("FROM D:12@I", now));
  expect(await repository.git("show", `:${file}`)).toBe(fill("FROM D:12@I\nRUN staged", now));
  expect((await repository.read(file)).toString()).toBe(fill("FROM D:12@I\nRUN staged\nRUN edited\n", now));
  await repository.remove();
});

test("a version that is not committed yet gets its digest in the working tree only, and it is said", async () => {
  const file = "dockerfiles/a.Dockerfile";
  const next = await pushIndex(
    registry,
    "library/debian",
    [{ platform: "linux/amd64", mark: "13" }],
    "13-rc",
  );
  const text = (version: string, digest: string) =>
    `ARG VERSION=${version}\nFROM ${registry.host}/library/debian:\${VERSION}@${digest}\n`;
  const repository = await makeRepository(project({ a: text("12", old.index) }));
  await repository.write({ [file]: text("13-rc", old.index) });
  const { notices, commit } = await update(repository);
  expect([notices.map(({ kind }) => kind), commit]).toEqual([["not-committed"], undefined]);
  expect((await repository.read(file)).toString()).toBe(text("13-rc", next));
  expect(await repository.git("show", `HEAD:${file}`)).toBe(text("12", old.index).trimEnd());
  await repository.remove();
});

describe("nothing is written where the registry", () => {
  const faults: Readonly<Record<string, Fault>> = {
    "fails for the tag": ({ method }) => (method === "HEAD" ? { status: 500 } : undefined),
    "wants a login for the old digest": ({ path }) =>
      path.includes(old.index) ? { status: 401 } : undefined,
    "answers something else for a digest": ({ method, path }) =>
      method === "GET" && path.includes(now.index) ? { status: 200, body: "{}" } : undefined,
  };

  test.each(Object.keys(faults))("%s", async (name) => {
    const proxy = await startRegistryProxy(registry.host, (asked) => faults[name]?.(asked));
    const repository = await makeRepository(project({ a: fill("FROM D:12@I\n", old, proxy.host) }));
    const untouched = await repository.snapshot();
    const { exitCode, stdout } = await manageImages(repository.folder, ["update"], ENVIRONMENT);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(await repository.snapshot()).toBe(untouched);
    await proxy.stop();
    await repository.remove();
  });
});

test("a tag that moves meanwhile is asked once", async () => {
  let count = 0;
  const proxy = await startRegistryProxy(registry.host, ({ path }) => {
    if (!path.endsWith("/manifests/12")) return undefined;
    count += 1;
    return { headers: { "docker-content-digest": count === 1 ? now.index : old.index } };
  });
  const text = fill("FROM D:12@I\n", old, proxy.host);
  const repository = await makeRepository(project({ a: text, b: fill("FROM D:12@A\n", old, proxy.host) }));
  const { references } = await update(repository);
  expect([count, references.map(({ to }) => to)]).toEqual([1, [now.index, now.amd]]);
  await proxy.stop();
  await repository.remove();
});
