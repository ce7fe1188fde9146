import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { ConfigurationError } from "../../src/errors.ts";

const PLACE = { directory: ".", file: "images.config.ts" };

function resolve(references: unknown) {
  return resolveConfiguration({ registry: "r.example", images: { a: {} }, references }, PLACE).references;
}

/** `where: what` of each problem. */
function said(references: unknown): readonly string[] {
  try {
    resolve(references);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems.every(({ remedy }) => (remedy ?? "") !== "")).toBe(true);
    return error.problems.map(({ where, what }) => `${where}: ${what}`);
  }
}

function saidOf(match: unknown): readonly string[] {
  return said({ patterns: [{ files: ["*"], match }] });
}

const WORKSPACE = String.raw`digest = "(?<digest>sha256:[0-9a-f]{64})",\s+repository = "(?<image>[^"]+)"`;

describe("references", () => {
  it("are looked for everywhere if nothing is said", () => {
    expect(resolve(undefined)).toEqual({ exclude: [], patterns: [] });
    expect(resolve({})).toEqual({ exclude: [], patterns: [] });
  });

  it("can be narrowed, and have patterns, as text or as regular expressions", () => {
    const references = resolve({
      include: ["deploy/**"],
      exclude: ["!vendor/ours/**"],
      patterns: [
        { files: ["WORKSPACE"], match: WORKSPACE },
        { files: ["*.sh"], match: /x(?<image>a)(?<digest>b)/gi },
      ],
    });
    expect(references.include).toEqual(["deploy/**"]);
    expect(references.exclude).toEqual(["!vendor/ours/**"]);
    expect(references.patterns.map(({ match }) => match.flags)).toEqual(["dgm", "dgim"]);
    expect(references.patterns[0]?.match.source).toBe(WORKSPACE);
  });

  it.each([
    [[], "references: must be an object, not a list"],
    [{ includes: [] }, "references: unknown key `includes`"],
    [{ include: [] }, "references.include: is an empty list"],
    [{ include: "x" }, "references.include: must be a list, not text"],
    [{ exclude: [""] }, "references.exclude[0]: is empty"],
    [{ exclude: ["./a"] }, 'references.exclude[0]: "./a" matches nothing'],
    [{ exclude: ["!/a"] }, 'references.exclude[0]: "!/a" matches nothing'],
    [{ patterns: [{ match: WORKSPACE }] }, "references.patterns[0].files: must be a list, not undefined"],
  ])("%j is refused", (references, message) => {
    expect(said(references)).toEqual([message]);
  });
});

describe("a pattern is taken", () => {
  it.each([
    [WORKSPACE],
    [String.raw`CCACHE_NAMESPACE=(?<image>[\w.-]+)@(?<digest>sha256:[0-9a-f]{64})`],
    [String.raw`^(?<image>[^@\s]+)@(?<digest>\S+)$`],
    [String.raw`(?:IMAGE|NAME)="?(?<image>[^"@]+)"?@(?<digest>sha256:\w{64})`],
    [String.raw`repository: (?<image>\S+)\n\s*sha: "?(?<digest>[0-9a-f]{64})`],
    [String.raw`(?<image>[\w/]+) \(v?\d+\) (?<digest>sha256:[0-9a-f]{64})(?![0-9a-f])`],
    [String.raw`digest: (?<digest>\w+:\w{64})$[^]*?repository: (?<image>[\w./-]+)`],
  ])("%s", (match) => {
    expect(saidOf(match)).toEqual([]);
  });
});

describe("a pattern is refused", () => {
  const IMAGE = "(?<image>x)";
  const DIGEST = "(?<digest>y)";
  it.each([
    ["that is no expression", "(", /Unterminated group/],
    ["that is no text", 7, /must be a regular expression, not a number/],
    ["with a flag of another grammar", new RegExp(IMAGE + DIGEST, "u"), /has the flag u/],
    ["without an image", DIGEST, /has no group `image`/],
    ["without a digest", IMAGE, /has no group `digest`/],
    ["with a group twice", `${IMAGE}${IMAGE}${DIGEST}`, /Duplicate capture group name/],
    ["whose image may be missing", `${IMAGE}?${DIGEST}`, /can match without the group `image`/],
    [
      "whose image is one of two alternatives",
      `(?:a|${IMAGE})${DIGEST}`,
      /can match without the group `image`/,
    ],
    ["whose digest may be missing", `${IMAGE}|${DIGEST}`, /can match without the group `image`/],
    ["whose digest is repeated", `${IMAGE}(?:${DIGEST},)+`, /more than once/],
    ["whose digest is only looked at", `${IMAGE}(?=${DIGEST})`, /can match without the group `digest`/],
    ["that refers back", String.raw`(a)\1${IMAGE}${DIGEST}`, /a reference back/],
    ["with nested loops", `(?:a+)+${IMAGE}${DIGEST}`, /repeats a group/],
    ["with a loop over alternatives", `(?:a|aa)*${IMAGE}${DIGEST}`, /repeats a group/],
    ["with a loop in what it looks at", `(?=a*b)${IMAGE}${DIGEST}`, /has a loop in/],
    ["with loops side by side", `a+a+${IMAGE}${DIGEST}`, /a\+ and a\+ can share/],
    ["with loops around what both can match", `${IMAGE}.*digest.*${DIGEST}`, /can share/],
    ["with loops around what may be missing", String.raw`${IMAGE}\w*-?\w*${DIGEST}`, /can share/],
    ["whose groups can share a text", String.raw`(?<image>\S+)@(?<digest>\S+)`, /can share/],
    ["with too many alternatives", `${"(?:a|b)".repeat(9)}${IMAGE}${DIGEST}`, /too many alternatives/],
  ])("%s", (_, match, message) => {
    const messages = saidOf(match);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^references\.patterns\[0\]\.match: /);
    expect(messages[0]).toMatch(message);
  });
});
