import { createHash } from "node:crypto";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { expectedFile, SPELLINGS } from "./oracle.ts";
import { NEW, rewriteFile } from "./world.ts";

const FOREIGN = [
  "us-docker.pkg.dev/acme/images/base-arm64",
  "eu.us-docker.pkg.dev/acme/images/base",
  "us-docker.pkg.dev/acme/images",
  "acme/hub/sub",
  "acme/hub2",
  "hub",
  "base",
  "localhost:5000/acme/hub",
  "us-dockerXpkg.dev/acme/images/base",
];

const name = fc.oneof(fc.constantFrom(...SPELLINGS.keys()), fc.constantFrom(...FOREIGN));
const tag = fc.constantFrom("", ":latest", ":v1.2-x_3");
const gap = fc.constantFrom("", "\n", '# a comment: it\'s "odd" {[(\n', "\n\n");

/** A name as fields, with its registry beside it where it has one. */
const named = fc.oneof(
  name.map((text) => [["repository", text]]),
  name.map((text) => [["image", text]]),
  name
    .filter((text) => /^[^/]+[.:][^/]*\//.test(text))
    .map((text) => {
      const slash = text.indexOf("/");
      return [
        ["registry", text.slice(0, slash)],
        ["repository", text.slice(slash + 1)],
      ];
    }),
);
const more = fc.constantFrom([], [["tag", "v1"]], [["pullPolicy", "Always"]], [["x_digest", "DIGEST"]]);
const fields = fc.tuple(named, more, fc.boolean()).chain(([a, b, isPinned]) =>
  fc.shuffledSubarray([...a, ...b, ...(isPinned ? [["digest", "DIGEST"]] : [])], {
    minLength: a.length + b.length + Number(isPinned),
  }),
);

type Field = readonly string[];

const text = fc
  .tuple(
    fc.constantFrom(
      ["FROM ", " AS x"],
      ["image: '", "'"],
      ["docker://", ""],
      ["${IMAGE:-", "}"],
      ["${IMAGE-", "}"],
      ["$", ""],
      ["${PREFIX}", ""],
      ["(", ")"],
      ["--image=", ","],
      ["", "0"],
      ["é🐳", "é"],
    ),
    name,
    tag,
  )
  .map(([[before = "", after = ""], image, ending]) => `${before}${image}${ending}@DIGEST${after}\n`);

function block(indent: string, list: readonly Field[], quote: string): string {
  return list.map(([key, value]) => `${indent}${key ?? ""}: ${quote}${value ?? ""}${quote}\n`).join("");
}

const quoted = ([key, value]: Field) => `"${key ?? ""}": "${value ?? ""}"`;
const assigned = ([key, value]: Field) => `${key ?? ""} = "${value ?? ""}"`;

const FILES = {
  "a.txt": fc.array(text).map((parts) => parts.join("")),
  "a.yaml": fc
    .array(
      fc.tuple(
        fields,
        gap,
        fc.constantFrom("", '"', "'"),
        fc.constantFrom("map", "list", "flow", "document"),
      ),
    )
    .map((parts) =>
      parts
        .map(([list, before, quote, shape], index) => {
          if (shape === "flow") return `${before}f${index}: {${list.map(quoted).join(", ")}}\n`;
          if (shape === "list") return `${before}l${index}:\n  -\n${block("    ", list, quote)}`;
          const start = shape === "document" ? "---\n" : "";
          return `${start}${before}m${index}:\n  image:\n${block("    ", list, quote)}`;
        })
        .join(""),
    ),
  "a.json": fc
    .array(fields)
    .map(
      (parts) =>
        `[1, ${parts.map((list) => `{"x": {${list.map(quoted).join(",\n ")}}}`).join(", ")}${parts.length ? "" : "2"}]`,
    ),
  "a.bzl": fc
    .array(fc.tuple(fields, gap))
    .map((parts) =>
      parts
        .map(([list, before]) => `${before}oci.pull(\n  ${list.map(assigned).join(",\n  ")},\n)\n`)
        .join(""),
    ),
  "a.tf": fc
    .array(fc.tuple(fields, gap))
    .map((parts) =>
      parts
        .map(([list, before]) => `${before}module "x" {\n  ${list.map(assigned).join("\n  ")}\n}\n`)
        .join(""),
    ),
};

/** Gives each digest of a file another value. */
function withDigests(template: string, path: string): string {
  let count = 0;
  return template.replaceAll("DIGEST", () => {
    count += 1;
    return `sha256:${createHash("sha256").update(`${path}${count}`).digest("hex")}`;
  });
}

it("does in repositories of all forms what a slow and simple reading of them does", () => {
  let rewritten = 0;
  fc.assert(
    fc.property(fc.record(FILES), (repository) => {
      for (const [path, template] of Object.entries(repository)) {
        const before = withDigests(template, path);
        const { bytes, changes } = rewriteFile(path, Buffer.from(before));
        expect(Buffer.from(bytes).toString()).toBe(expectedFile(path, before, NEW));
        rewritten += changes.length;
      }
    }),
    { numRuns: 300 },
  );
  expect(rewritten).toBeGreaterThan(1000);
});
