import cliTruncate from "cli-truncate";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { TreeLine } from "../../src/model/layout.ts";
import type { Staleness } from "../../src/model/staleness.ts";
import { createColours } from "../../src/reporters/colours.ts";
import { formatTree } from "../../src/reporters/graph-tree.ts";

const colours = createColours(false);
const STALE: Staleness = { state: "stale", reasons: [{ why: "never-built" }] };

function lineOf(image: string, parts: Partial<TreeLine> = {}): TreeLine {
  return { image, guide: "", others: [], isAbove: false, ...parts };
}

describe("the tree", () => {
  it("says what else an image is built on, and where its dependents are", () => {
    const lines = [lineOf("base"), lineOf("both", { guide: "└─ ", others: ["a", "b"], isAbove: true })];
    expect(formatTree(lines, { colours })).toBe("base\n└─ both (+ a, b), see above\n");
  });

  it("marks what is stale and what is not known, and says what the marks mean", () => {
    const staleness = new Map<string, Staleness>([
      ["base", { state: "up to date" }],
      ["app", STALE],
      ["tool", { state: "unknown", why: "tool is built from https://example.com, which does not answer." }],
      ["not-shown", STALE],
    ]);
    const lines = [lineOf("base"), lineOf("app", { guide: "└─ " }), lineOf("tool")];
    expect(formatTree(lines, { colours, staleness }).split("\n")).toEqual([
      "base",
      "└─ app *",
      "tool ?",
      "",
      "* not up to date; why: manage-images plan --image all",
      "? tool is built from https://example.com, which does not answer.",
      "",
    ]);
  });

  it.each([
    [60, "│  └─ frontends-with-swiftshader * (+ tools, vulkan)"],
    [50, "│  └─ frontends-with-swiftshader * (+ 2 others)"],
    [40, "│  └─ frontends-with-swiftshader *"],
    [30, "│  └─ frontends-w…wiftshader *"],
    [20, "│  └─ fronte…hader *"],
    [10, "│  └─ fro…"],
  ])("fits into %d columns: cut, not wrapped", (columns, expected) => {
    const staleness = new Map([["frontends-with-swiftshader", STALE]]);
    const line = lineOf("frontends-with-swiftshader", { guide: "│  └─ ", others: ["tools", "vulkan"] });
    expect(formatTree([line], { colours, columns, staleness }).split("\n")[0]).toBe(expected);
  });

  it("is never wider than it may be, and holds no control sequence but colours", () => {
    const line = fc.record({
      image: fc.string({ unit: "binary", maxLength: 40 }),
      guide: fc.constantFrom("", "└─ ", "│  │  └─ "),
      others: fc.array(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 3 }),
      isAbove: fc.boolean(),
    });
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 120 }), fc.boolean(), (drawn, columns, capable) => {
        const [first = ""] = formatTree([drawn], { colours: createColours(capable), columns }).split("\n");
        expect(cliTruncate(first, columns)).toBe(first);
        expect(first.replaceAll(/\u001B\[\d+m/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
