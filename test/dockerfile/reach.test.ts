import { describe, expect, it, test } from "@jest/globals";
import { parsePathPattern, quotePath } from "../../src/dockerfile/glob.ts";
import {
  readDockerfile,
  type DockerfileFacts,
  type DockerfileInput,
} from "../../src/dockerfile/read-dockerfile.ts";
import { reachFilter, wayFilter, type Filter, type Reach } from "../../src/dockerfile/reach.ts";
import { REACH_CASES, TREE } from "./reach-cases.ts";
import { keptOf } from "./kept-of.ts";

function reachOf(dockerfile: string, input: Partial<DockerfileInput> = {}): Reach {
  return factsOf(dockerfile, input).reach;
}

/** What can be read of a named context `lib`. */
function contextReachOf(dockerfile: string): Reach | undefined {
  return factsOf(dockerfile, { contexts: ["lib"] }).contextReach.get("lib");
}

function factsOf(dockerfile: string, input: Partial<DockerfileInput>): DockerfileFacts {
  const bytes = Buffer.from(dockerfile);
  const facts = readDockerfile({
    file: "Dockerfile",
    bytes,
    args: {},
    platform: "linux/amd64",
    contexts: [],
    ...input,
  });
  expect(facts.problems).toEqual([]);
  return facts;
}

/** Whether who asks for each directory's names, and stops asking where all is kept, comes to the path. */
function isFound(filter: Filter, path: string): boolean {
  const steps = path.split("/");
  return steps.every((name, index) => {
    const directory = steps.slice(0, index).join("/");
    const names = filter.namesIn(directory);
    if (filter.keepsAllBelow(directory) && !filter.keeps(path)) return false;
    return names === "any" || names.includes(name);
  });
}

function paths(...all: readonly string[]): Reach {
  return { kind: "paths", paths: all };
}

describe("what a build can read of its context", () => {
  it.each(REACH_CASES)("$title", ({ dockerfile, reach, sent, args = {} }) => {
    const found = reachOf(`FROM scratch\n${dockerfile}`, { args });
    expect(found).toEqual(reach === "everything" ? { kind: "everything" } : paths(...reach));
    const filter = reachFilter(found);
    if (sent !== undefined) expect(Object.keys(keptOf(TREE, filter))).toEqual(sent);
    for (const path of Object.keys(TREE)) expect(filter.keeps(path) && !isFound(filter, path)).toBe(false);
  });

  it.each([
    ["FROM one:1\nRUN --mount=target=/x true\n", { kind: "everything" }],
    ["FROM one:1\nRUN --mount=type=bind,source=app,target=/x true\n", paths("app")],
    ["FROM one:1\nRUN --mount=src=/a[1].txt,target=/x true\n", paths("a\\[1].txt")],
    ["FROM one:1\nARG D=app\nRUN --mount=source=$D,target=/x true\n", paths("app")],
    ["FROM one:1\nRUN --mount=source=$D,target=/x true\n", { kind: "everything" }],
    ["FROM one:1\nRUN --mount=type=$T,target=/x true\n", { kind: "everything" }],
    ["FROM one:1\nRUN --mount=type=cache,target=/x --mount=type=secret,id=a true\n", paths()],
    ["FROM one:1\nRUN --mount=type=tmpfs,target=/x --mount=type=ssh true\n", paths()],
    ["FROM one:1\nRUN --mount=from=two:1,source=app,target=/x true\n", paths()],
  ])("by mounts: %j", (dockerfile, expected) => {
    expect(reachOf(dockerfile)).toEqual(expected);
  });

  it.each([
    "FROM scratch\nADD https://example.org/${V}.tgz git@example.org:x.git https://example.org/x.git#v1 /x/\n",
    "FROM scratch\nARG URL=https://example.org/\nADD ${URL}x /\n",
  ])("is not what ADD fetches: %j", (dockerfile) => {
    expect(reachOf(dockerfile)).toEqual(paths());
  });

  it("is what the needed stages can read", () => {
    const dockerfile =
      "FROM scratch AS a\nCOPY a /\nFROM scratch AS b\nCOPY b /\nFROM a AS c\nCOPY --from=b / /\n";
    expect(reachOf(dockerfile)).toEqual(paths("a", "b"));
    expect(reachOf(dockerfile, { target: "b" })).toEqual(paths("b"));
  });

  it("is not what a stage can read that a named context stands in for", () => {
    const dockerfile = "FROM scratch AS a\nCOPY a /\nFROM a\nCOPY b /\n";
    expect(reachOf(dockerfile, { contexts: ["a"] })).toEqual(paths("b"));
  });

  it.each([
    ["COPY --from=lib /a.txt app /x/\n", paths("a.txt", "app")],
    ["COPY --from=LIB --chmod=755 *.txt /x/\n", paths("*.txt")],
    ["ARG D=app\nCOPY --from=lib $D /\n", paths("app")],
    ["COPY --from=lib $D /\n", { kind: "everything" }],
    ["COPY --from=lib . /\n", { kind: "everything" }],
    ["RUN --mount=from=lib,source=/a[1].txt,target=/x true\n", paths("a\\[1].txt")],
    ["RUN --mount=from=lib,target=/x true\n", { kind: "everything" }],
    ["RUN --mount=type=cache,from=lib,source=app,target=/x true\n", paths("app")],
    ["COPY --from=0 a.txt /\n", paths("a.txt")],
    ["FROM lib AS other\n", { kind: "everything" }],
    ["COPY a.txt /\n", paths()],
  ])("of a named context that stands in for a stage: %j", (instructions, expected) => {
    expect(contextReachOf(`FROM scratch AS lib\nFROM one:1\n${instructions}`)).toEqual(expected);
  });

  it.each([
    ["FROM one:1\nCOPY --from=lib a.txt /\n", paths("a.txt")],
    ["FROM one:1\nRUN --mount=from=lib,src=app,target=/x true\n", paths("app")],
    ["FROM one:1 AS a\nCOPY --from=lib a.txt /\nFROM one:1\nCOPY --from=lib b.txt /\n", paths("b.txt")],
    ["FROM one:1 AS a\nONBUILD COPY --from=lib a.txt /\nFROM a\n", paths("a.txt")],
    ["FROM lib\n", { kind: "everything" }],
    ["FROM one:1\nFROM scratch AS lib\n", { kind: "everything" }],
    ["FROM python:3-onbuild\n", { kind: "everything" }],
  ])("of a named context: %j", (dockerfile, expected) => {
    expect(contextReachOf(dockerfile)).toEqual(expected);
  });

  it("of a named context that is called like an image", () => {
    const contexts = ["docker.io/library/busybox:1.36"];
    const { contextReach } = factsOf("FROM one:1\nCOPY --from=busybox:1.36 bin/sh /\n", { contexts });
    expect([...contextReach]).toEqual([[contexts[0], paths("bin/sh")]]);
  });

  it("goes by the variables that a stage inherits from the stage that it is built on", () => {
    const dockerfile = "FROM scratch AS a\nARG D=x\nENV E=$D/y\nFROM a\nCOPY $D/1 $E/2 /\n";
    expect(reachOf(dockerfile)).toEqual(paths("x/1", "x/y/2"));
  });

  it.each([
    "ARG D=x\nFROM scratch\nARG D\nCOPY $D /\n",
    "FROM scratch\nARG TARGETARCH\nARG D=x\nCOPY ${D} /\n",
    "ARG D=y\nFROM scratch\nARG D=x\nCOPY ${D} /\n",
  ])("goes by the stage's own arguments: %j", (dockerfile) => {
    expect(reachOf(dockerfile)).toEqual(paths("x"));
  });

  it.each([
    "ARG D=x\nFROM scratch\nCOPY $D /\n",
    "FROM scratch\nARG D\nCOPY $D /\n",
    "FROM scratch\nENV D=x\nARG D=y\nCOPY $D /\n",
    "FROM scratch\nENV D=x\nENV D=$NONE\nCOPY $D /\n",
    'FROM scratch\nCOPY "a b" /\n',
  ])("is everything where a path cannot be known: %j", (dockerfile) => {
    expect(reachOf(dockerfile)).toEqual({ kind: "everything" });
  });

  it("is more by triggers: those of a stage, and those of an image", () => {
    const triggersOf = () => [{ text: "COPY package.json /" }];
    const dockerfile = "FROM node:1 AS a\nONBUILD ADD src /\nFROM a\n";
    expect(reachOf(dockerfile, { triggersOf })).toEqual(paths("package.json", "src"));
  });

  it("is everything where the image is one that is made for its triggers", () => {
    expect(reachOf("FROM python:3-onbuild\n")).toEqual({ kind: "everything" });
  });
});

describe("the filter", () => {
  it("enters directories on the way and no others", () => {
    const filter = reachFilter(paths("packages/*/src", "docs"));
    const entered = [
      "packages",
      "packages/a",
      "packages/a/src",
      "packages/a/src/b",
      "packages/a/test",
      "docs/x",
      "lib",
    ];
    expect(entered.filter((path) => filter.enters(path))).toEqual([
      "packages",
      "packages/a",
      "packages/a/src",
      "packages/a/src/b",
      "docs/x",
    ]);
    expect(filter.keeps("packages/README.md")).toBe(false);
  });

  it("of nothing keeps nothing", () => {
    expect(reachFilter(paths()).enters("a")).toBe(false);
    expect(reachFilter(paths()).keeps("a")).toBe(false);
  });
});

test("links that a build follows are found on the way and at its end, not behind it", () => {
  const filter = wayFilter(paths("packages/*/src", "docs"));
  const links = ["packages", "packages/a", "packages/a/src", "packages/a/src/b", "docs", "docs/x", "lib"];
  expect(links.filter((path) => filter.keeps(path))).toEqual([
    "packages",
    "packages/a",
    "packages/a/src",
    "docs",
  ]);
  expect(filter.enters("packages")).toBe(true);
  expect(filter.enters("docs")).toBe(false);
});

test.each([
  ["**/x", "x", true],
  ["**/x", "a/b/x", true],
  ["a/**", "a/b/c", true],
  ["a/**/d", "a/d", true],
  ["a/**/d", "a/b/e", false],
  ["a\\*b", "a*b", true],
  ["a\\*b", "axb", false],
  ["a?c", "a😀c", true],
  ["[a-c]", "b", true],
  ["[", "anything", true],
  [quotePath("*?[x]\\"), "*?[x]\\", true],
])("the pattern %s against %s", (pattern, path, expected) => {
  expect(parsePathPattern(pattern).matches(path)).toBe(expected);
});
