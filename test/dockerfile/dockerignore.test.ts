import { describe, expect, it, test } from "@jest/globals";
import { parseDockerignore } from "../../src/dockerfile/dockerignore.ts";
import { IGNORE_TREE } from "./ignore-cases.ts";
import { keptOf } from "./kept-of.ts";

function kept(text: string): readonly string[] {
  return Object.keys(keptOf(IGNORE_TREE, parseDockerignore(text)));
}

describe("a .dockerignore leaves", () => {
  it.each([
    [
      "*\n!src\nsrc/app/test\n",
      ["src/app/main.ts", "src/lib/y.ts", "src/node_modules/q/index.js", "src/foo", "src/xfoo"],
    ],
    ["*\n!dir/sub/deep\n", ["dir/sub/deep/c"]],
    ["**\n!**/a\n", ["a", "dir/a", "dir/sub/a"]],
    ["*\n!dir\ndir/sub\n!dir/sub/b.txt\n", ["dir/a", "dir/b.txt", "dir/sub/b.txt"]],
    ["*\n!empty\n", ["empty/"]],
    ["**\n", []],
  ])("%j", (text, expected) => {
    expect(kept(text)).toEqual(expected);
  });

  it("everything if it is empty", () => {
    expect(kept("\n# nothing\n")).toEqual(Object.keys(IGNORE_TREE));
  });
});

test("a directory is not entered where nothing below it can be kept", () => {
  const filter = parseDockerignore("*\n!src/app\n!docs/*/x\nsrc/app/node_modules\n");
  const entered = [
    "src",
    "src/app",
    "src/app/lib",
    "src/app/node_modules",
    "src/lib",
    "docs",
    "docs/a",
    "node_modules",
  ];
  expect(entered.filter((path) => filter.enters(path))).toEqual([
    "src",
    "src/app",
    "src/app/lib",
    "docs",
    "docs/a",
  ]);
});

test.each(["[", "a[", "a\\", "[]x]", "!", "! ", "!/", "./!", "\\x"])(
  "the pattern %s is refused",
  (pattern) => {
    expect(() => parseDockerignore(`a\n${pattern}\n`)).toThrow(/in a \.dockerignore is malformed/);
  },
);
