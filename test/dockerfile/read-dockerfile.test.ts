import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { spliceReferences } from "../../src/dockerfile/splice-references.ts";
import { canonicalName, formatReference } from "../../src/model/reference.ts";
import {
  readDockerfile,
  type BaseUse,
  type DockerfileFacts,
  type DockerfileInput,
} from "../../src/dockerfile/read-dockerfile.ts";
import { CASES } from "./cases.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

function read(dockerfile: string, input: Partial<DockerfileInput> = {}): DockerfileFacts {
  const bytes = Buffer.from(dockerfile, "latin1");
  return readDockerfile({
    file: "Dockerfile",
    bytes,
    args: {},
    platform: "linux/amd64",
    contexts: [],
    ...input,
  });
}

/** `name:tag` as BuildKit asks Docker Hub for it. */
function asked({ reference: { name, tag } }: BaseUse): string {
  return `${canonicalName(name).replace("docker.io/library/", "")}:${tag ?? "latest"}`;
}

function texts(dockerfile: string, uses: readonly BaseUse[]): readonly (string | undefined)[] {
  return uses.map(({ written }) => written && dockerfile.slice(written.start, written.end));
}

describe("the images that a Dockerfile uses and what is wrong with it", () => {
  it.each(CASES)("$title", ({ dockerfile, uses, refused, target, args = {}, contexts = {} }) => {
    const facts = read(dockerfile, {
      args,
      contexts: Object.keys(contexts),
      ...(target === undefined ? {} : { target }),
    });
    expect(facts.uses.map(asked)).toEqual(uses);
    expect(facts.problems.map(({ what }) => what)).toEqual(
      refused === undefined ? [] : [expect.stringContaining(refused)],
    );
  });
});

describe("where a reference stands", () => {
  it.each([
    ["FROM debian:12 AS x\n", ["debian:12"]],
    ["FROM --platform=linux/amd64 \\\n  deb\\\nian:12\n", ["deb\\\nian:12"]],
    ['FROM "debian:12"\n', ['"debian:12"']],
    ["ARG V=12\nFROM debian:${V}\n", ["debian:${V}"]],
    ['FROM scratch\nCOPY --from="one:1" --link /a /b\n', ["one:1"]],
    ["FROM scratch\nRUN --mount='\"from=one:1\",target=/x' true\n", ["one:1"]],
    ["# caf\u00e9 \u20ac\nFROM one:1\n".replace("\u20ac", "\u00e2\u0082\u00ac"), ["one:1"]],
    ["\u00ef\u00bb\u00bfFROM one:1\r\n", ["one:1"]],
    ["# syntax = docker/dockerfile:1 \nFROM scratch\n", ["docker/dockerfile:1"]],
  ])("%j", (dockerfile, expected) => {
    expect(texts(dockerfile, read(dockerfile).uses)).toEqual(expected);
  });

  it("is on the line of the reference, not of the instruction", () => {
    const { uses } = read(
      "FROM scratch\nRUN --mount=from=one:1,target=/1 \\\n # x\n --mount=from=two:1,target=/2 true\n",
    );
    expect(uses.map(({ line }) => line)).toEqual([2, 4]);
  });

  it("is told once for a trigger that two stages run", () => {
    const { uses } = read(
      "FROM scratch AS a\nONBUILD COPY --from=one:1 /x /\nFROM a AS b\nFROM a\nCOPY --from=b / /\n",
    );
    expect(uses).toMatchObject([{ where: "onbuild", line: 2 }]);
  });
});

describe("any Dockerfile", () => {
  const written = CASES.filter(({ refused, contexts }) => refused === undefined && contexts === undefined);

  it.each(written)("can have its references replaced: $title", ({ dockerfile, target, args = {} }) => {
    const input = { args, ...(target === undefined ? {} : { target }) };
    const { uses } = read(dockerfile, input);
    const wanted = uses.map((_, index) => `registry.example/new-${index}:1`);
    const replacements = uses.flatMap((use, index) =>
      use.written ? [{ ...use.written, text: wanted[index] ?? "" }] : [],
    );
    const bytes = spliceReferences(Buffer.from(dockerfile, "latin1"), replacements);
    const after = read("", { ...input, bytes });
    expect(after.problems).toEqual([]);
    expect(after.uses.map(({ reference }) => formatReference(reference))).toEqual(wanted);
  });

  it("can be read, be it ever so broken", () => {
    const part = fc.constantFrom(
      ..."FROM|COPY|RUN|ARG|ENV|ADD|ONBUILD|--from=|--mount=|from=|<<EOF|EOF|${A|$A|:-|}|#|escape=`|syntax=|a:1| AS |=|\"|'|[|]|,|\\|`|\n|\r\n| |\t|{|\u00ef\u00bb\u00bf|*|/|!|0".split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const dockerfile = parts.join("");
        const { uses } = read(dockerfile);
        for (const { written } of uses) expect(dockerfile.slice(written?.start, written?.end)).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an argument that is the whole of FROM", () => {
  it("has its default's place", () => {
    const dockerfile = 'ARG OTHER=x BASE="debian:12"\nFROM ${BASE}\n';
    const [use] = read(dockerfile).uses;
    const written = use?.argument?.written;
    expect(use).toMatchObject({ literal: false, argument: { name: "BASE", written: { line: 1 } } });
    expect(dockerfile.slice(written?.start, written?.end)).toBe('"debian:12"');
  });

  it("has no place if the configuration sets it", () => {
    const { uses } = read("ARG BASE=debian:12\nFROM $BASE\n", { args: { BASE: "alpine:3" } });
    expect(uses).toMatchObject([{ reference: { name: "alpine" }, argument: { name: "BASE" } }]);
    expect(uses[0]?.argument).not.toHaveProperty("written");
  });

  it("has no place if the default is made of other arguments", () => {
    const { uses } = read("ARG V=12\nARG BASE=debian:$V\nFROM $BASE\n");
    expect(uses[0]?.argument).toEqual({ name: "BASE" });
  });

  it("is none if there is more", () => {
    expect(read("ARG V=12\nFROM debian:$V\n").uses[0]).not.toHaveProperty("argument");
  });
});

describe("the frontend", () => {
  it.each([
    ["# syntax=docker/dockerfile:1\nFROM scratch\n", "dockerfile:1"],
    ["#   SYNTAX  =  docker/dockerfile:1 some more\r\nFROM scratch\n", "dockerfile:1"],
    ["#!/usr/bin/env x\n# syntax=docker/dockerfile:1\nFROM scratch\n", "dockerfile:1"],
    ["\u00ef\u00bb\u00bf# syntax=docker/dockerfile:1\nFROM scratch\n", "dockerfile:1"],
    ["# escape=\\\n# check=skip=all\n# syntax=docker/dockerfile:1\nFROM scratch\n", "dockerfile:1"],
    [`# syntax=docker/dockerfile:1@${DIGEST}\nFROM scratch\n`, "dockerfile:1"],
  ])("is what the directive names: %j", (dockerfile, expected) => {
    const facts = read(dockerfile);
    expect(facts.problems).toEqual([]);
    expect(facts.uses).toMatchObject([{ where: "syntax" }]);
    expect(facts.uses.map(asked)).toEqual([`docker.io/docker/${expected}`]);
  });

  it.each([
    "# hello\n# syntax=docker/dockerfile:1\nFROM scratch\n",
    "\n# syntax=docker/dockerfile:1\nFROM scratch\n",
    " # syntax\nFROM scratch\n",
    "# synta=docker/dockerfile:1\nFROM scratch\n",
    "FROM scratch\n# syntax=docker/dockerfile:1\n",
  ])("is not named by a comment: %j", (dockerfile) => {
    expect(read(dockerfile).uses).toEqual([]);
  });

  it("is what the argument BUILDKIT_SYNTAX names, if there is one", () => {
    const facts = read("# syntax=docker/dockerfile:1\nFROM scratch\n", {
      args: { BUILDKIT_SYNTAX: "my/own:2 -x" },
    });
    expect(facts.uses.map(asked)).toEqual(["docker.io/my/own:2"]);
    expect(facts.uses[0]).not.toHaveProperty("written");
  });

  it.each([
    ["//syntax=my/own:2\nwhat ever\n", "my/own:2"],
    ['{\n  "syntax": "my/own:2"\n}\n', "my/own:2"],
  ])("that reads another language is told, and that the rest is not known: %j", (dockerfile, text) => {
    const facts = read(dockerfile);
    expect(texts(dockerfile, facts.uses)).toEqual([text]);
    expect(facts.reach).toEqual({ kind: "everything" });
    expect(facts.problems).toMatchObject([{ what: expect.stringContaining("only its frontend knows") }]);
  });
});

describe("triggers", () => {
  const PARENT =
    "FROM scratch\nONBUILD COPY --from=one:1 \\\n  /x /\nONBUILD COPY . /app\nonbuild run <<EOF\nhello\nEOF\n";

  it("of the target are told as the image's configuration has them", () => {
    const facts = read(PARENT);
    expect(facts.triggers).toEqual([
      { text: "COPY --from=one:1   /x /" },
      { text: "COPY . /app" },
      { text: "run <<EOF\nhello\nEOF" },
    ]);
    expect(texts(PARENT, facts.triggerUses)).toEqual(["one:1"]);
    expect(facts.uses).toEqual([]);
    expect(facts.reach).toEqual({ kind: "paths", paths: [] });
  });

  it("of an image are run by the stage that is built from it, before its own instructions", () => {
    const triggersOf = () => read(PARENT).triggers;
    const facts = read("FROM parent:1\nCOPY --from=two:1 /y /\n", { triggersOf });
    expect(facts.uses.map((use) => [asked(use), use.where, use.line])).toEqual([
      ["parent:1", "from", 1],
      ["one:1", "onbuild", 1],
      ["two:1", "copy-from", 2],
    ]);
    expect(facts.uses[1]).not.toHaveProperty("written");
    expect(facts.reach).toEqual({ kind: "everything" });
    expect(facts.triggers).toEqual([]);
  });

  it("of an image take a stage of the file that runs them", () => {
    const triggersOf = () => [{ text: "COPY --from=build /out /" }];
    const facts = read("FROM one:1 AS build\nFROM parent:1\n", { triggersOf });
    expect(facts.uses.map(asked)).toEqual(["one:1", "parent:1"]);
  });
});

describe("the platform", () => {
  const DOCKERFILE = "FROM a:${TARGETPLATFORM}\n".replace(
    "${TARGETPLATFORM}",
    "${TARGETARCH}-${TARGETVARIANT}-${BUILDARCH}",
  );

  it.each([
    ["linux/amd64", "a:amd64--amd64"],
    ["linux/arm64", "a:arm64--arm64"],
    ["linux/arm64/v8", "a:arm64--arm64"],
    ["linux/arm/v6", "a:arm-v6-arm"],
    ["linux/arm", "a:arm-v7-arm"],
  ])("%s is filled in", (platform, expected) => {
    expect(read(DOCKERFILE, { platform }).uses.map(asked)).toEqual([expected]);
  });

  it("of the build is the configured one, if one is configured", () => {
    const facts = read("FROM a:$BUILDARCH\n", { args: { BUILDARCH: "s390x" } });
    expect(facts.uses.map(asked)).toEqual(["a:s390x"]);
  });

  it("of a stage needs a value", () => {
    const facts = read("FROM --platform=$NONE a:1\n");
    expect(facts.problems).toMatchObject([{ what: "the argument `NONE` in `$NONE` has no value" }]);
  });
});

describe("a problem", () => {
  it("says where it is and what to do", () => {
    expect(read("\nFROM x:$V\n", { file: "docker/app.Dockerfile", args: { V: "1" } }).problems).toEqual([
      {
        where: "docker/app.Dockerfile:2",
        what: "the argument `V` in `x:$V` has no value",
        remedy:
          "It is configured, but no `ARG V` stands before the first FROM, where arguments of FROM are declared.",
      },
    ]);
  });

  it.each([
    "FROM node AS node1\nFROM scratch\nCOPY --from=node /a /\n",
    "FROM builder AS build\nFROM scratch\nCOPY --from=builder /a /\n",
  ])("is not seen in a name that is near to a stage's for a reason: %j", (dockerfile) => {
    expect(read(dockerfile).problems).toEqual([]);
  });

  it("shows names as they are written, not as bytes", () => {
    const { problems } = readDockerfile({
      file: "Dockerfile",
      bytes: Buffer.from("FROM größe\n"),
      args: {},
      platform: "linux/amd64",
      contexts: [],
    });
    expect(problems).toMatchObject([{ what: "`größe` is not the name of an image" }]);
  });
});
