import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { branch } from "../../src/cli/coerce.ts";

const NAMES = [
  ...[
    "main",
    "manage-images/update",
    "a.b",
    "a@b",
    "@a",
    "a{",
    "ä/ö",
    "a'b",
    'a"b',
    "x;$(y)|`z`&<a>",
    "a/b.c/d",
    "HEAD",
  ],
  ...[
    "",
    "@",
    "-a",
    "/a",
    "a/",
    "a//b",
    "a.",
    ".a",
    "a/.b",
    "a..b",
    "a.lock",
    "a.lock/b",
    "a@{b",
    "a b",
    "a\tb",
    "a\u007Fb",
  ],
  ...["a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "a\nb"],
];

describe("the name of a branch", () => {
  it.each(NAMES)("%j is what git takes for one", (name) => {
    const { stdout } = spawnSync("git", ["check-ref-format", "--branch", name]);
    const taken = () => branch("--branch")(name);
    if (name !== "" && stdout.toString() === `${name}\n`) expect(taken()).toBe(name);
    else expect(taken).toThrow(/is no name of a branch/);
  });
});
