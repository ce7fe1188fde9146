/**
 * Writes the program and the library to dist/: one file for each and what they share, with the packages that every start
 * needs in them. To load a hundred small files takes longer than all that a run without changes does.
 */
import { chmod } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { keepDeclarations } from "./keep-declarations.ts";

/** Needed by few commands or not to be bundled (they load files of their own): loaded when they are needed. */
const APART = ["jiti", "@google-cloud/artifact-registry", "simple-git", "dockerfile-utils"];

/** What lays out the help: its ES module breaks lines inside of words, its CommonJS one between them. */
const LAYOUT = createRequire(createRequire(import.meta.url).resolve("yargs")).resolve("cliui");

/** dockerode loads it at once, for engines that are reached by SSH; ours are not. */
const SSH = fileURLToPath(new URL("no-ssh.ts", import.meta.url));

/** For CommonJS packages inside an ES module. */
const REQUIRE = [
  'import { createRequire as __createRequire } from "node:module";',
  'import { fileURLToPath as __fileURLToPath } from "node:url";',
  "const require = __createRequire(import.meta.url);",
  "var __filename = __fileURLToPath(import.meta.url);",
  'var __dirname = __fileURLToPath(new URL(".", import.meta.url));',
].join("\n");

await build({
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
  banner: { js: REQUIRE },
  legalComments: "linked",
  logLevel: "warning",
});

// npm sees to the program itself; this one is git's to run.
await chmod("dist/cli/askpass.js", 0o755);

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
