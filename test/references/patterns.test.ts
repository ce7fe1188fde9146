import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { NEW, OLD, OTHER, rewriteFile, rewriteTemplate, scannerOf } from "./world.ts";

/** A scanner whose patterns have gone through the configuration. */
function scannerWith(...patterns: readonly { readonly files: string[]; readonly match: string | RegExp }[]) {
  const written = { registry: "r.example", images: { a: {} }, references: { patterns } };
  return scannerOf(resolveConfiguration(written, { directory: ".", file: "f" }).references);
}

const CCACHE = {
  files: ["**/*.sh", "Dockerfile"],
  match: /CCACHE_NAMESPACE=(?<image>[\w.-]+)@(?<digest>sha256:[0-9a-f]{64})/,
};
const BELOW = {
  files: ["WORKSPACE"],
  match: /^\s*digest = "(?<digest>sha256:[0-9a-f]{64})",\n\s*repository = "(?<image>[^"\n]+)"/,
};
const HEX = { files: ["*"], match: /(?<image>[\w./-]+) is sha256:(?<digest>[0-9a-f]{64})/i };

describe("a pattern finds", () => {
  it.each([
    [
      "an image by its name",
      CCACHE,
      "a/b.sh",
      "export CCACHE_NAMESPACE=base@%\nCCACHE_NAMESPACE=tools@% x\n",
    ],
    [
      "a digest without another one above",
      BELOW,
      "WORKSPACE",
      `x(\n  base_container_digest = "§",\n  digest = "%",\n  repository = "acme/hub",\n  y = f(1),\n`,
    ],
    ["a digest without its prefix", HEX, "x.txt", "é 🐳 acme/hub IS %, and base is % 🐳\nother/x is §\n"],
    ["nothing in other files", CCACHE, "a/b.py", "CCACHE_NAMESPACE=base@§\n"],
    [
      "nothing that is further away",
      BELOW,
      "WORKSPACE",
      `digest = "§",\n${"\n".repeat(6)}repository = "acme/hub"\n`,
    ],
    ["nothing in a line that is too long", CCACHE, "a.sh", `${"x".repeat(2500)} CCACHE_NAMESPACE=base@§\n`],
    ["nothing in a line to be ignored", CCACHE, "a.sh", "CCACHE_NAMESPACE=base@§ # manage-images: ignore\n"],
    ["nothing of a longer name", CCACHE, "a.sh", "CCACHE_NAMESPACE=base-arm64@§ CCACHE_NAMESPACE=other@§\n"],
    ["no digest that goes on", CCACHE, "a.sh", "CCACHE_NAMESPACE=base@§0\n"],
  ])("%s", (_, pattern, path, template) => {
    const { actual, expected } = rewriteTemplate(path, template, scannerWith(pattern));
    expect(actual).toBe(expected);
  });

  it("its image where bytes are no UTF-8", () => {
    const file = (digest: string) => Buffer.from(`\xe9\xff CCACHE_NAMESPACE=base@${digest} \xe9`, "latin1");
    const { bytes, changes } = rewriteFile("a.sh", file(OLD), scannerWith(CCACHE));
    expect(Buffer.from(bytes)).toEqual(file(NEW));
    expect(changes).toEqual([{ image: "base", from: OLD, to: NEW, line: 1 }]);
  });

  it("no digest for which it finds two images", () => {
    const pattern = { files: ["*"], match: /use (?<image>\w+)(?: or \w+)? at (?<digest>sha256:\w{64})/ };
    const either = { files: ["*"], match: /or (?<image>\w+) at (?<digest>sha256:\w{64})/ };
    const text = "use base or tools at §, use base at %\n";
    const { actual, expected } = rewriteTemplate("x", text, scannerWith(pattern, either));
    expect(actual).toBe(expected);
  });

  it("no digest above which there are two images", () => {
    const pattern = { files: ["*"], match: /image (?<image>\w+);[^]*?digest (?<digest>sha256:\w{64})/ };
    const text = "image base;\nimage tools;\ndigest §\nimage base;\ndigest %\n";
    const { actual, expected } = rewriteTemplate("x", text, scannerWith(pattern));
    expect(actual).toBe(expected);
  });

  it("no digest that it would not find again", () => {
    const pattern = { files: ["*"], match: /(?<image>base) (?<digest>sha256:a{64})/ };
    const { bytes, changes } = rewriteFile("x", Buffer.from(`base ${OLD}`), scannerWith(pattern));
    expect(Buffer.from(bytes).toString()).toBe(`base ${OLD}`);
    expect(changes).toEqual([]);
  });

  it("what counts more than the text and the structure", () => {
    const pattern = { files: ["*.yaml"], match: /digest: (?<digest>sha256:\w{64}) # of (?<image>\w+)/ };
    const text = `repository: other/x\ndigest: % # of hub\n---\nrepository: acme/hub\ndigest: § # of other\n`;
    const { actual, expected } = rewriteTemplate("a.yaml", text, scannerWith(pattern));
    expect(actual).toBe(expected);
    expect(OTHER).not.toBe(OLD);
  });
});
