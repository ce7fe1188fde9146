import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { loadConfiguration } from "../../../src/adapters/configuration/load-configuration.ts";
import { ConfigurationError } from "../../../src/errors.ts";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "load-configuration-")));
});

afterEach(() => rm(root, { recursive: true }));

/** Loads the first file; with a folder for what was transformed, if there is one. */
async function load(files: Readonly<Record<string, string>>, cache?: string): Promise<unknown> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return loadConfiguration(join(root, Object.keys(files)[0] ?? ""), cache);
}

const DEFINED = `import { defineConfig } from "manage-images";
  export default defineConfig({ registry: "r", images: {} });`;
const CONFIGURATION = { registry: "r", images: {} };

describe("loadConfiguration", () => {
  it.each([
    ["images.config.ts", DEFINED],
    ["images.config.mts", DEFINED],
    ["images.config.js", DEFINED],
    ["images.config.mjs", DEFINED],
    ["typed.ts", 'const registry: string = "r";\nexport default { registry, images: {} } satisfies object;'],
    ["required.js", 'module.exports = require("manage-images").defineConfig({ registry: "r", images: {} });'],
    ["assigned.js", 'module.exports = { registry: "r", images: {} };'],
    ["promise.ts", 'export default Promise.resolve({ registry: "r", images: {} });'],
    ["awaiting.ts", `const wait = await Promise.resolve(1);\n${DEFINED}`],
    ["images.config.json", '\uFEFF{ "registry": "r", "images": {} }'],
  ])("loads %s where this program is not installed", async (file, text) => {
    expect(await load({ [file]: text })).toEqual(CONFIGURATION);
  });

  it("resolves imports from the file", async () => {
    const files = {
      "a/images.config.ts": 'import { registry } from "../registry";\nexport default { registry };',
      "registry.ts": 'export const registry = "r" as const;',
    };
    expect(await load(files)).toEqual({ registry: "r" });
  });

  it("runs the file and what it imports afresh each time", async () => {
    const config = { "images.config.ts": 'import { n } from "./n";\nexport default { n };' };
    expect(await load({ ...config, "n.ts": "export const n = 1;" })).toEqual({ n: 1 });
    expect(await load({ ...config, "n.ts": "export const n = 2;" })).toEqual({ n: 2 });
  });

  it("writes nothing, even where there is a directory for caches", async () => {
    const before = ["images.config.ts", "node_modules", "node_modules/.cache"];
    await mkdir(join(root, "node_modules/.cache"), { recursive: true });
    await load({ "images.config.ts": DEFINED });
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before);
  });

  it("hands on whatever is exported, to be judged elsewhere", async () => {
    expect(typeof (await load({ "a.ts": "export default () => 1;" }))).toBe("function");
    expect(await load({ "b.ts": 'export default "text";' })).toBe("text");
  });

  it.each([
    ["a.ts", "export default {\n  a: 1,\n  b: ,\n};", "/a.ts:3: Unexpected token"],
    ["b.ts", "\n\nexport default {", "/b.ts:3: Unexpected token"],
    ["c.ts", "\nthrow new Error('no such tag');", "/c.ts:2: it cannot be run: no such tag"],
    ["d.ts", 'throw "text";', "/d.ts: it cannot be run: text"],
    ["e.ts", "export default Promise.reject(new Error('later'));", "/e.ts:1: it cannot be run: later"],
    ["f.ts", '\nimport "./none";\nexport default {};', "it cannot be run: Cannot find module './none'"],
    ["g.ts", "export const configuration = {};", "/g.ts: it has no default export"],
    ["h.json", '{\n  "a": 1,\n}', "/h.json:3: it is no JSON"],
    ["i.json", "", "/i.json: it is no JSON"],
  ])("names file, line and message, and no stack: %s", async (file, text, message) => {
    const error: unknown = await load({ [file]: text }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    const [problem] = error instanceof ConfigurationError ? error.problems : [];
    expect(`${problem?.where ?? ""}: ${problem?.what ?? ""}`).toContain(message);
    expect(problem?.what).not.toMatch(/\n|\bat .*:/);
    expect(problem?.remedy).toMatch(/\.|;/);
  });

  it("names the file that is at fault, not the one that imports it", async () => {
    const loading = load({ "a.ts": 'import "./b";\nexport default {};', "b.ts": "let = ;" });
    await expect(loading).rejects.toThrow(`${join(root, "b.ts")}:1: `);
  });
});

describe("loadConfiguration with a memory", () => {
  let cache: string;

  beforeEach(async () => {
    cache = join(root, "cache");
    await mkdir(cache);
  });

  const kept = async () => (await readdir(cache)).filter((name) => name.endsWith(".json"));

  it.each([
    ["images.config.ts", DEFINED, 1],
    ["images.config.mts", DEFINED, 1],
    ["awaiting.ts", `const wait = await Promise.resolve(1);\n${DEFINED}`, 1],
    ["other-name.ts", DEFINED.replaceAll("defineConfig", "d").replace("{ d }", "{ defineConfig as d }"), 1],
    [
      "whole.ts",
      'import * as m from "manage-images";\nexport default m.defineConfig({ registry: "r", images: {} });',
      1,
    ],
    ["built-in.ts", `import { sep } from "node:path";\nif (sep === "") throw sep;\n${DEFINED}`, 0],
    ["requiring.ts", `const { sep } = require("node:path");\nif (sep === "") throw sep;\n${DEFINED}`, 0],
    ["here.ts", `if (__dirname === "") throw __dirname;\n${DEFINED}`, 0],
    ["url.ts", `if (import.meta.url === "") throw "";\n${DEFINED}`, 1],
    ["images.config.mjs", DEFINED, 0],
    [
      "required.js",
      'module.exports = require("manage-images").defineConfig({ registry: "r", images: {} });',
      0,
    ],
  ])(
    "loads %s the second time as the first, from memory if it imports nothing else",
    async (file, text, count) => {
      for (const time of ["first", "second", "third"])
        expect([time, await load({ [file]: text }, cache)]).toEqual([time, CONFIGURATION]);
      expect(await kept()).toHaveLength(count);
    },
  );

  it("runs the program each time, and the program as it is now", async () => {
    const counting =
      "globalThis.times = (globalThis.times ?? 0) + 1;\nexport default { n: globalThis.times };";
    const library = 'import { defineConfig } from "manage-images";\ndefineConfig({});\n';
    expect(await load({ "a.ts": library + counting }, cache)).toEqual({ n: 1 });
    expect(await load({ "a.ts": library + counting }, cache)).toEqual({ n: 2 });
    expect(await load({ "a.ts": `${library}export default { n: 7 };` }, cache)).toEqual({ n: 7 });
    expect(await load({ "a.ts": library + counting }, cache)).toEqual({ n: 3 });
  });

  it("names the line that fails", async () => {
    const failing = `${DEFINED}\nconst again: boolean = globalThis.loaded;\nif (again) throw new Error("no tag");\nglobalThis.loaded = true;`;
    await load({ "a.ts": failing }, cache);
    expect(await kept()).toHaveLength(1);
    await expect(load({ "a.ts": failing }, cache)).rejects.toThrow(`${join(root, "a.ts")}:4: `);
  });

  it("takes no heed of a memory that is spoilt", async () => {
    await load({ "images.config.ts": DEFINED }, cache);
    for (const name of await kept()) await writeFile(join(cache, name), "{");
    expect(await load({ "images.config.ts": DEFINED }, cache)).toEqual(CONFIGURATION);
  });
});
