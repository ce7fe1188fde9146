import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { digestOf, NEW, OLD, OTHER, REPOSITORY, rewriteFile, scannerOf } from "./world.ts";

const PATHS = ["a.txt", "a.yaml", "kustomization.yaml", "a.json", "WORKSPACE", "a.bzl", "a.tf", "Dockerfile"];
const PATTERN = { files: ["**"], match: /of (?<image>[\w./-]+) is (?<digest>sha256:\w{64})/dgm };

const bytes = fc.uint8Array({ maxLength: 30 }).map((array) => Buffer.from(array).toString("latin1"));
const piece = fc.oneof(
  bytes,
  fc.constantFrom(
    ..."{}[]()\"'\\:,=@$#&*|>-?%!\n\r\t /".split(""),
    ...[
      "\n  ",
      "\n- ",
      "---\n",
      "${",
      "{{ if }}",
      "<<",
      "<<: *a",
      "&a ",
      "*a",
      '"""',
      "/*",
      "*/",
      "<<E\n",
      "E\n",
    ],
    ...["digest: ", "repository: ", "registry: ", "image: ", "tag: ", "name: ", "newName: "],
    ...['"digest": ', '"repository": ', "digest = ", "image = ", "oci.pull(", "acme/hub", REPOSITORY],
    ...["@sha256:", "sha256:", OLD, OTHER, `${REPOSITORY}@${OLD}`, `other/x@${OTHER}`, " is ", "of base"],
    ...["manage-images: ignore", "manage-images: ignore-next-line"],
  ),
);
const files = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
const path = fc.constantFrom(...PATHS);

describe("whatever the bytes", () => {
  const scanner = scannerOf({ patterns: [PATTERN] });

  it("only whole digests of ours change, and they become what they should", () => {
    fc.assert(
      fc.property(path, files, (name, text) => {
        const once = rewriteFile(name, Buffer.from(text, "latin1"), scanner);
        const after = Buffer.from(once.bytes).toString("latin1");
        expect(after).toHaveLength(text.length);
        let rest = after;
        for (const { from, to } of once.changes) {
          expect(to).toBe(NEW);
          const at = rest.indexOf(to.slice(7));
          rest = rest.slice(0, at) + from.slice(7) + rest.slice(at + 64);
        }
        expect(rest).toBe(text);
        expect(rewriteFile(name, once.bytes, scanner).changes).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  const name = fc.constantFrom(
    "acme/hub",
    `"${REPOSITORY}"`,
    "acme/hub@%",
    `'acme/hub:v1@%'`,
    "%",
    "#",
    "null",
    "",
    "*a",
  );
  const value = fc.constantFrom(
    ...[
      "%",
      "#",
      '"%"',
      "'@%'",
      "# %\n    %",
      "|-\n    %",
      ">- # #\n    #",
      "!!str %",
      "!!int #",
      "&a %",
      "*a",
    ],
    ...["v1@%", "#\n    #", '"\\x#"', "0x#", "1.#", "-#", "[%]", "{x: %}", "%: #", "null", ""],
  );
  const digest = fc.oneof(fc.constantFrom("%", '"%"', "#", "'@%'"), value);
  const more = fc.oneof(fc.constantFrom("v1", "", "# %"), value);
  const lines = fc.tuple(
    fc.tuple(fc.constantFrom("repository", "image", "name", "newName", "<<"), name),
    fc.tuple(fc.constantFrom("digest", "digest", "tag", "x"), digest),
    fc.tuple(fc.constantFrom("tag", "registry", "#", "? #\n ", '"#"', "x", "x"), more),
  );
  const item = fc
    .tuple(lines, fc.constantFrom("- ", "- ", "--- #\n- ", "# #\n- "))
    .map(([fields, start]) => start + fields.map(([key, text]) => `${key}: ${text}\n`).join("  "));
  const documents = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(""));
  const HEXES = [OLD, OTHER, NEW, digestOf("0"), digestOf("1")].map((digest) => digest.slice(7));

  /** With a mark of an anchor, and a byte beyond ASCII, every document is read anew, as it is, and by what knows all of YAML. */
  const MARK = "# &\x80\n";
  const readAnew = (text: string) =>
    scannerOf()
      .scan("a.yaml", Buffer.from(MARK + text, "latin1"))
      .map((pin) => ({ ...pin, hexStart: pin.hexStart - MARK.length }));

  const plainLine = fc
    .tuple(
      fc.constantFrom("", "", "  ", "  ", "    ", "      ", " ", "---"),
      fc.constantFrom("", "", "", "- ", "-  ", "- - ", "-", "- # x", "# "),
      fc.constantFrom(
        "digest:",
        "digest: ",
        "repository: ",
        "repository: ",
        "x:",
        "x: ",
        "x.y/z-1:  ",
        "",
        "tag:",
      ),
      fc.constantFrom(
        "acme/hub",
        `"acme/hub"`,
        "'%'",
        "%",
        '"%"',
        "#",
        "",
        "null",
        "[]",
        "{} # x",
        "...",
        "a: b",
      ),
      fc.constantFrom("", "", "", " # %", "#", ":", " ", " x"),
    )
    .map((parts) => parts.join(""));
  const plainDocuments = fc.array(plainLine, { minLength: 1, maxLength: 8 }).map((lines) => lines.join("\n"));
  /** A map, so that what follows is often within one. */
  const inMaps = fc
    .tuple(fc.constantFrom("", "- ", "a:\n- ", "a:\n  "), plainDocuments)
    .map(
      ([start, rest]) =>
        `${start}repository: acme/hub\n${start.endsWith("\n  ") || start.endsWith("- ") ? "  " : ""}digest: %\n${rest}`,
    );

  it("YAML is read as if it had not been read with other digests before", () => {
    let found = 0;
    fc.assert(
      fc.property(fc.oneof(documents, plainDocuments, inMaps), (template) => {
        const reader = scannerOf();
        for (let round = 0; round < HEXES.length; round += 1) {
          let at = round;
          const text = template
            .replaceAll("%", "sha256:#")
            .replaceAll(/#(?! )/g, () => HEXES[(at += 1) % HEXES.length] ?? "");
          const pins = reader.scan("a.yaml", Buffer.from(text));
          expect(pins).toEqual(readAnew(text));
          found += pins.filter(({ form }) => form === "fields").length;
        }
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  const FRAMES = [
    ["a.txt", "\n%\n", `${REPOSITORY}@${OLD}`],
    ["a.yaml", "\n---\n%\n---\n", `x: &a\n  repository: acme/hub\n  digest: ${OLD}`],
    [
      "a.yaml",
      "\n---\n%\n---\n",
      `{"registry": us-docker.pkg.dev, repository: acme/images/base, "digest": "${OLD}"}`,
    ],
    ["a.txt", "\n%\n", `of base is ${OLD}`],
  ] as const;

  it("a pin between them is found, unless they say that it is to be left alone", () => {
    fc.assert(
      fc.property(files, files, fc.constantFrom(...FRAMES), (before, after, [name, frame, pin]) => {
        fc.pre(!/ignore|\{\{|<%|\{%/.test(before + after));
        const around = frame.split("%");
        const at = before.length + (around[0]?.length ?? 0);
        const whole = `${before}${around[0] ?? ""}${pin}${around[1] ?? ""}${after}`;
        const result = Buffer.from(rewriteFile(name, Buffer.from(whole, "latin1"), scanner).bytes);
        expect(result.toString("latin1", at, at + pin.length)).toBe(pin.replace(OLD, NEW));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("large files are read to their end:", () => {
  const PIN = `${REPOSITORY}@${OLD}`;
  const MAP = `repository: acme/hub\ndigest: ${OLD}\n`;
  it.each([
    ["characters of names", "a"],
    ["slashes and dots", "a/b."],
    ["marks", "@sha256:"],
    ["hexadecimal digits", "a@sha256:0123456789abcdef"],
    ["quotes", `"`],
    ["brackets", "["],
    ["braces", `{"a":`],
    ["list marks", "- "],
    ["backslashes", "\\"],
    ["comments", "/*"],
    ["templates", '"${'],
    ["fields", "digest: "],
    ["fields and comments", "digest: # digest: /*\n"],
    ["fields and lines", "digest:\n&a !b |-\n"],
    ["spaces", " "],
    ["markers", "manage-images: ignore "],
  ])("%s", (_, text) => {
    const filler = text.repeat(1_500_000 / text.length);
    for (const name of ["a.txt", "a.yaml", "a.json", "a.bzl", "a.tf"]) {
      const { changes } = rewriteFile(name, Buffer.from(`${PIN}\n${filler}\n${PIN}\n${MAP}`), scannerOf());
      expect(changes).toHaveLength(2);
    }
  });

  it("plain YAML", () => {
    const filler = "- image: acme/other\n  tag: v1\n".repeat(50_000);
    const { changes } = rewriteFile(
      "a.yaml",
      Buffer.from(`${filler}${MAP.replace(/^/gm, "  ").replace("  ", "- ")}`.trimEnd()),
      scannerOf(),
    );
    expect(changes).toHaveLength(1);
  });

  it("minified JSON", () => {
    const filler = `{"a":[1,"b"]},`.repeat(500_000);
    const text = (digest: string) =>
      `[${filler}{"digest":"${digest}","repository":"acme/hub"},"${REPOSITORY}@${digest}"]`;
    const { bytes } = rewriteFile("a.json", Buffer.from(text(OLD)), scannerOf());
    expect(Buffer.from(bytes).equals(Buffer.from(text(NEW)))).toBe(true);
  });
});
