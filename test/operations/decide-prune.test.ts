import { describe, expect, it } from "@jest/globals";
import { decidePrune, type Keep } from "../../src/operations/decide-prune.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { Version } from "../../src/model/version.ts";

const OLD = 1000;
const YOUNG = 3000;
const digestOf = (letter: string) => `sha256:${letter.charCodeAt(0).toString(16).repeat(32)}` as Digest;

interface Given extends Partial<Omit<Version, "manifests" | "subject">> {
  readonly contains?: string;
  readonly signs?: string;
}

/** Versions by letters; old ones without tags, if not said otherwise. */
function versionsOf(given: Readonly<Record<string, Given>>): readonly Version[] {
  return Object.entries(given).map(([letter, { contains = "", signs, ...rest }]) => ({
    digest: digestOf(letter),
    tags: [],
    manifests: Array.from(contains, digestOf),
    bytes: 1,
    since: OLD,
    ...(signs === undefined ? {} : { subject: digestOf(signs) }),
    ...rest,
  }));
}

/** The letters of what goes, in its order. */
function goes(
  given: Readonly<Record<string, Given>>,
  keep: Partial<Omit<Keep, "named">> & { named?: string },
) {
  const letters = new Map(Object.keys(given).map((letter) => [digestOf(letter), letter]));
  const rules = { isKeptTag: (tag: string) => tag === "prod", since: 2000, ...keep };
  const named = new Set(Array.from(keep.named ?? "", digestOf));
  const pruning = decidePrune("r.example/app", versionsOf(given), { ...rules, named });
  return pruning.goes.map(({ digest }) => letters.get(digest)).join("");
}

describe("what goes", () => {
  it.each<[string, Record<string, Given>, Parameters<typeof goes>[1], string]>([
    ["all that nothing needs", { a: {}, b: { tags: ["old"] } }, {}, "ab"],
    ["not what is named", { a: {}, b: {} }, { named: "a" }, "b"],
    ["not what has a kept tag", { a: { tags: ["prod", "x"] }, b: { tags: ["x"] } }, {}, "b"],
    ["not what is young", { a: { since: YOUNG }, b: {} }, {}, "b"],
    ["what is young, too, where age does not matter", { a: { since: YOUNG } }, { since: undefined }, "a"],
    ["not what is of unknown age", { a: { since: undefined } }, {}, ""],
    [
      "what is of unknown age, where age does not matter",
      { a: { since: undefined } },
      { since: undefined },
      "a",
    ],
    ["not what a needed index contains", { a: { contains: "bc" }, b: {}, c: {}, d: {} }, { named: "a" }, "d"],
    [
      "not what an index in a needed index contains",
      { a: { contains: "b" }, b: { contains: "c" }, c: {} },
      { named: "a" },
      "",
    ],
    [
      "not the index of which an image is named, nor the others in it",
      { a: { contains: "bc" }, b: {}, c: {} },
      { named: "b" },
      "",
    ],
    [
      "an old index that shares an image with a needed one",
      { a: { contains: "bc" }, b: {}, c: {}, d: { contains: "ce" }, e: {} },
      { named: "a" },
      "de",
    ],
    [
      "an index before what it contains, wherever they stand",
      { c: {}, b: { contains: "c" }, a: { contains: "b" } },
      {},
      "abc",
    ],
    [
      "not attestations of unknown age in a needed index",
      { a: { contains: "b" }, b: { since: undefined } },
      { named: "a" },
      "",
    ],
    [
      "attestations of unknown age with their index",
      { a: { contains: "b" }, b: { since: undefined } },
      {},
      "ab",
    ],
    ["not what signs what is needed", { a: {}, b: { signs: "a", since: undefined } }, { named: "a" }, ""],
    ["what signs what goes", { a: {}, b: { signs: "a", since: undefined } }, {}, "ab"],
    [
      "not a signature by its tag of what is needed",
      { a: {}, b: { tags: [`sha256-${digestOf("a").slice(7)}.sig`], since: undefined } },
      { named: "a" },
      "",
    ],
    [
      "a signature by its tag of what goes, whatever tags are kept",
      { a: {}, b: { tags: [`sha256-${digestOf("a").slice(7)}.sig`], since: undefined } },
      { isKeptTag: () => true },
      "ab",
    ],
  ])("%s", (_, given, keep, expected) => {
    expect(goes(given, keep)).toBe(expected);
  });
});

it("says what stays, and how much of it only because its age is not known", () => {
  const versions = versionsOf({ a: {}, b: { since: undefined, contains: "c" }, c: {}, d: {} });
  const keep = { named: new Set([digestOf("a")]), isKeptTag: () => false, since: 2000 };
  expect(decidePrune("r.example/app", versions, keep)).toMatchObject({ stays: 3, ageless: 2 });
});
