import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { changedPaths, foldContext } from "../../src/plan/fold-context.ts";

const HASH = "f0123456789abcdef";
const OTHER = "ffedcba9876543210";

function context(...paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(paths.map((path) => [path, HASH]));
}

const MANY = ["Makefile", ...["a", "b", "c"].flatMap((d) => [1, 2, 3].map((n) => `src/${d}/${n}`))];

describe("foldContext", () => {
  it.each<[string, readonly string[], number, readonly string[]]>([
    ["names every path where they fit", ["b", "a/x", "a/y"], 3, ["a/x", "a/y", "b"]],
    ["is empty for an empty context", [], 3, []],
    [
      "folds directories that do not fit, the deepest first",
      MANY,
      6,
      ["Makefile", "src/a/1", "src/a/2", "src/a/3", "src/b/", "src/c/"],
    ],
    ["folds a directory whole", MANY, 2, ["Makefile", "src/"]],
    ["folds everything where even the root does not fit", ["a", "b", "c"], 2, ["./"]],
  ])("%s", (_, paths, most, lines) => {
    expect(Object.keys(foldContext(context(...paths), most))).toEqual(lines);
  });

  it("never has more lines than it may, and finds each change whatever was folded", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
      .map((names) => names.join("/x"));
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { minLength: 1 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        (paths, most, index) => {
          const before = context(...paths);
          const folded = foldContext(before, most);
          expect(Object.keys(folded).length).toBeLessThanOrEqual(most);
          expect(changedPaths(folded, before)).toEqual([]);
          const changed = paths[index % paths.length] ?? "";
          const [found = "", ...others] = changedPaths(folded, new Map([...before, [changed, OTHER]]));
          expect(others).toEqual([]);
          expect(
            found === "./" || found === changed || (found.endsWith("/") && changed.startsWith(found)),
          ).toBe(true);
        },
      ),
    );
  });
});

describe("changedPaths", () => {
  const before = foldContext(context(...MANY), 6);
  it.each<[string, ReadonlyMap<string, string>, readonly string[]]>([
    ["names what is new", context(...MANY, "new"), ["new"]],
    ["names what is gone", context(...MANY.slice(1)), ["Makefile"]],
    ["names what changed", new Map([...context(...MANY), ["src/a/2", OTHER]]), ["src/a/2"]],
    [
      "names the directory where that is all that is known",
      new Map([...context(...MANY), ["src/b/2", OTHER]]),
      ["src/b/"],
    ],
    ["names a directory that has more in it", context(...MANY, "src/c/new"), ["src/c/"]],
    [
      "names a directory that is gone",
      context(...MANY.filter((path) => !path.startsWith("src/c"))),
      ["src/c/"],
    ],
    ["names both sides of a new name", context(...MANY.slice(1), "makefile"), ["Makefile", "makefile"]],
  ])("%s", (_, after, paths) => {
    expect(changedPaths(before, after)).toEqual(paths);
  });
});
