import { describe, expect, it } from "@jest/globals";
import type { Drift } from "../../src/model/drift.ts";
import { createColours } from "../../src/reporters/colours.ts";
import { commandsFor } from "../../src/reporters/drift-sentences.ts";
import { formatDrift, formatDriftForGitHub, formatDriftJson } from "../../src/reporters/drift.ts";
import { NEW, OLD } from "../references/world.ts";

const PLAIN = createColours(false);
const AT = { file: "a.yml", line: 3, column: 9 };
const STALE: Drift = { ...AT, kind: "stale-pin", image: "base", found: OLD, expected: NEW };

describe("an annotation", () => {
  const annotated = (drift: Drift) =>
    formatDriftForGitHub({ drift: [drift], notices: [] }, PLAIN).split("\n")[0];

  it.each([
    ["a.yml", "a.yml"],
    ["100%.yml", "100%25.yml"],
    ["a:b,c.yml", "a%3Ab%2Cc.yml"],
    ["a\r\nb.yml", "a%0D%0Ab.yml"],
    ["%0A::error::x", "%250A%3A%3Aerror%3A%3Ax"],
    ["déjà vu.yml", "déjà vu.yml"],
  ])("of the file %j has it as %s", (file, escaped) => {
    expect(annotated({ ...STALE, file })).toMatch(`::error file=${escaped},line=3,col=9,title=`);
  });

  it.each([
    ["a:b", "a:b has no digest"],
    ["a,b", "a,b has no digest"],
    ["50%", "50%25 has no digest"],
    ["a\r\nb", "a%0D%0Ab has no digest"],
  ])("of the reference %j says: %s", (found, message) => {
    const line = annotated({ ...AT, kind: "unpinned", image: "base", found });
    expect(line).toBe(
      `::error file=a.yml,line=3,col=9,title=manage-images check%3A unpinned::${message} → manage-images pin`,
    );
  });

  it("is a notice where it is no drift, and a summary ends them", () => {
    const notices = [{ kind: "unproven", images: ["a", "b"] }] as const;
    expect(formatDriftForGitHub({ drift: [], notices }, PLAIN)).toBe(
      "::notice title=manage-images check%3A unproven::the lockfile does not say what a and b were built from, so that it cannot be told whether they are stale\nNothing has drifted.\n",
    );
  });
});

it("is JSON with what was found, what should be, and how it is mended", () => {
  expect(JSON.parse(formatDriftJson({ drift: [STALE], notices: [] }))).toEqual({
    drift: [
      {
        ...STALE,
        message: "base is pinned to sha256:aaaaaaaaaaaa, the lockfile has sha256:bbbbbbbbbbbb",
        remedy: "manage-images --only-references",
      },
    ],
    notices: [],
  });
});

it("is text whose lines and files cannot be forged", () => {
  const drift: Drift = { ...AT, file: "a\n\u001b[31mb", kind: "unpinned", image: "base", found: "x" };
  expect(formatDrift({ drift: [drift], notices: [] }, PLAIN)).toBe(
    "a b:3:9  x has no digest  → manage-images pin\n\n1 drift in 1 file. Next: `manage-images pin`.\n",
  );
});

it("is text in which files with several drifts stand apart", () => {
  const drift = ["a", "b", "c", "c", "d"].map((file): Drift => ({ ...STALE, file }));
  const lines = formatDrift({ drift, notices: [] }, PLAIN).split("\n");
  expect(lines.map((line) => line.replace(/:.*/, ""))).toEqual([
    ...["a", "b", "", "c", "c", "", "d", ""],
    "5 drifts in 4 files. Next",
    "",
  ]);
});

it("is text that names images without an entry in one line", () => {
  const unlocked = ["a", "b", "c", "d"].map((image): Drift => ({
    ...AT,
    kind: "unlocked-image",
    image,
    expected: image,
  }));
  const moved: Drift = { ...AT, kind: "unlocked-image", image: "e", found: "x/e", expected: "y/e" };
  expect(
    formatDrift({ drift: [...unlocked, moved], notices: [] }, PLAIN)
      .split("\n")
      .slice(0, 3),
  ).toEqual([
    "a.yml:3:9  the lockfile has no entry of 4 images: a, b, c and d  → manage-images --image all",
    "a.yml:3:9  the lockfile's entry of e is of the repository x/e, now it is y/e  → manage-images --image e",
    "",
  ]);
});

it.each<[readonly Drift[], readonly string[]]>([
  [[], []],
  [[STALE, { ...STALE, line: 4 }], ["manage-images --only-references"]],
  [
    ["a", "b", "a"].map((image): Drift => ({ ...AT, kind: "unlocked-image", image, expected: image })),
    ["manage-images --image a --image b"],
  ],
  [
    ["a", "b", "c", "d"].map((image): Drift => ({ ...AT, kind: "unlocked-image", image, expected: image })),
    ["manage-images --image all"],
  ],
  [
    ["a", "b", "c", "d"].map((image): Drift => ({ ...AT, kind: "missing-digest", image, found: image })),
    ["manage-images --image a --image b --image c --image d --force"],
  ],
  [
    [{ ...AT, kind: "missing-digest", image: "a", found: "a" }, STALE],
    ["manage-images --only-references", "manage-images --image a --force"],
  ],
  [[{ ...AT, kind: "orphaned-entry", image: "a", found: "" }], []],
])("%j is mended by %j", (drift, commands) => {
  expect(commandsFor(drift)).toEqual(commands);
});
