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

/** Loads the first file. */
async function load(files: Readonly<Record<string, string>>): Promise<unknown> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return loadConfiguration(join(root, Object.keys(files)[0] ?? ""));
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
