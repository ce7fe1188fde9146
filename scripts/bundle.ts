/**
 * Writes the program and the library to dist/: one file for each and what they share, with the packages that every start
 * needs in them. To load a hundred small files takes longer than all that a run without changes does.
 */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type OutputFile, type Plugin } from "esbuild";
import { keepDeclarations } from "./keep-declarations.ts";
import { LOAD_TOGETHER } from "./load-together.ts";

/** Needed by few commands or not to be bundled (they load files of their own): loaded when they are needed. */
const APART = ["jiti", "@google-cloud/artifact-registry", "simple-git", "dockerfile-utils"];

/** Loaded when there is something to read with them, without a pause: a file for each, by the package. */
const AT_ONCE = new Map([
  ["yaml", "yaml"],
  ["picomatch", "picomatch"],
  ["@eslint-community/regexpp", "regexpp"],
]);

/** What lays out the help. */
const LAYOUT = fileURLToPath(new URL("layout.ts", import.meta.url));

/** dockerode loads it at once, for engines that are reached by SSH; ours are not. */
const SSH = fileURLToPath(new URL("no-ssh.ts", import.meta.url));

/** yargs takes two functions of it; the module takes longer to load than yargs does. */
const ASSERT: Plugin = {
  name: "yargs without node:assert",
  setup: (bundle) => {
    const path = fileURLToPath(new URL("equal.ts", import.meta.url));
    const inYargs = join("node_modules", "yargs");
    bundle.onResolve({ filter: /^assert$/ }, ({ importer }) =>
      importer.includes(inYargs) ? { path } : undefined,
    );
  },
};

/** Where these are, seen from the folders of chunks. */
const OWN_FOLDER = "../packages";

const OWN_FILES: Plugin = {
  name: "packages in files of their own",
  setup: (bundle) => {
    bundle.onLoad({ filter: /\bsrc\b.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replaceAll(/\brequire\("([^"]+)"\)/g, (line, name: string) => {
        const file = AT_ONCE.get(name);
        return file === undefined ? line : `require("${OWN_FOLDER}/${file}.cjs")`;
      });
      return { contents, loader: "ts" };
    });
  },
};

/** For CommonJS packages inside an ES module. */
const REQUIRE = [
  'import { createRequire as __createRequire } from "node:module";',
  'import { fileURLToPath as __fileURLToPath } from "node:url";',
  "const require = __createRequire(import.meta.url);",
  "var __filename = __fileURLToPath(import.meta.url);",
  'var __dirname = __fileURLToPath(new URL(".", import.meta.url));',
  "",
].join("\n");

const { outputFiles } = await build({
  entryPoints: { "cli/bin": "src/cli/bin.ts", "cli/askpass": "src/cli/askpass.ts", index: "src/index.ts" },
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: ["manage-images", ...APART],
  alias: { cliui: LAYOUT, ssh2: SSH },
  plugins: [ASSERT, LOAD_TOGETHER, OWN_FILES],
  legalComments: "linked",
  logLevel: "warning",
  write: false,
});
for (const file of outputFiles) {
  checkOwnFiles(file);
  await mkdir(dirname(file.path), { recursive: true });
  await writeFile(file.path, withRequire(file));
}

await build({
  entryPoints: Object.fromEntries([...AT_ONCE].map(([name, file]) => [file, name])),
  outdir: "dist/packages",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  legalComments: "linked",
  logLevel: "warning",
});

// npm sees to the program itself; this one is git's to run.
await chmod("dist/cli/askpass.js", 0o755);

/** What lies above the folders beside which these files are would not find them. */
function checkOwnFiles({ path, text }: OutputFile): void {
  const isAbove = basename(dirname(path)) === "dist";
  if (isAbove && text.includes(`"${OWN_FOLDER}`))
    throw new Error(`${path} cannot load packages of their own`);
}

/** To make a `require` takes longer than to load most chunks: only those that use it have one. */
function withRequire({ path, text, contents }: OutputFile): string | Uint8Array {
  if (!path.endsWith(".js") || !/\b(?:require|__filename|__dirname)\b/.test(text)) return contents;
  const [, start = "", rest = ""] = /^(#!.*\n)?([^]*)$/.exec(text) ?? [];
  return start + REQUIRE + rest;
}

/** What reports have in them, for browsers of the last two years. */
await build({
  entryPoints: ["src/page/page.ts", "src/page/page.css"],
  outdir: "dist/page",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  tsconfig: "src/page/tsconfig.json",
  logLevel: "warning",
});

keepDeclarations("dist", "index.d.ts");
