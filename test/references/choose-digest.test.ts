import { describe, expect, it } from "@jest/globals";
import type { Inspected } from "../../src/model/inspected.ts";
import { chooseDigest, findYouth } from "../../src/references/choose-digest.ts";
import { digestOf } from "./world.ts";

const [FROM, TO, AMD, ARM, AMD_TWICE] = ["a", "b", "c", "d", "e"].map(digestOf) as [
  ReturnType<typeof digestOf>,
  ...ReturnType<typeof digestOf>[],
];
const image = (platform: string, digest = FROM): Inspected => ({
  kind: "image",
  platforms: [{ platform, digest }],
});
const index = (...platforms: readonly (readonly [string, typeof FROM | undefined])[]): Inspected => ({
  kind: "index",
  platforms: platforms.map(([platform, digest = FROM]) => ({ platform, digest })),
});
const BOTH = index(["linux/amd64", AMD], ["linux/arm64", ARM]);

describe("a pin keeps its kind", () => {
  it.each([
    {
      title: "what is the same stays, whatever it is",
      to: FROM,
      old: undefined,
      current: undefined,
      chosen: FROM,
    },
    { title: "an index is followed by an index", to: TO, old: index(), current: BOTH, chosen: TO },
    {
      title: "a platform's image by that platform's",
      to: TO,
      old: image("linux/arm64"),
      current: BOTH,
      chosen: ARM,
    },
    {
      title: "an image by an image",
      to: TO,
      old: image("linux/amd64"),
      current: image("linux/amd64", TO),
      chosen: TO,
    },
    {
      title: "not an index by an image",
      to: TO,
      old: BOTH,
      current: image("linux/amd64", TO),
      chosen: { kind: "other-kind", pinned: "an index" },
    },
    {
      title: "not one platform's by another's",
      to: TO,
      old: image("linux/s390x"),
      current: BOTH,
      chosen: { kind: "other-kind", pinned: "linux/s390x" },
    },
    {
      title: "not where there are several",
      to: TO,
      old: image("windows/amd64"),
      current: index(["windows/amd64", AMD], ["windows/amd64", AMD_TWICE]),
      chosen: { kind: "other-kind", pinned: "windows/amd64" },
    },
    {
      title: "nothing is guessed of what is gone",
      to: TO,
      old: undefined,
      current: BOTH,
      chosen: { kind: "old-digest-gone", from: FROM },
    },
    {
      title: "or has vanished meanwhile",
      to: TO,
      old: BOTH,
      current: undefined,
      chosen: { kind: "not-found" },
    },
  ])("$title", ({ to = FROM, old, current, chosen }) => {
    expect(chooseDigest({ from: FROM, old, to, current })).toEqual(chosen);
  });
});

describe("the minimum age", () => {
  it.each([
    { title: "is nothing by default", minimumAge: 0, created: undefined, youth: undefined },
    { title: "is reached to the millisecond", minimumAge: 10, created: 90, youth: undefined },
    { title: "is not reached before", minimumAge: 10, created: 91, youth: "too-young" },
    {
      title: "cannot be told where nothing says it",
      minimumAge: 10,
      created: undefined,
      youth: "age-unknown",
    },
  ])("$title", ({ minimumAge, created, youth }) => {
    expect(findYouth(FROM, created, { now: 100, minimumAge })?.kind).toBe(youth);
  });
});
