/**
 * Writes the program and the library to dist/: one file for each that starts quickly, and the program, which they load when
 * they need it: what reads words and helps, what answers a shell, and what commands do. Packages that few commands need have files of their own. Names that end with a hash change with what the
 * files hold, and with all that those load.
 */
import { readdirSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import {
  apart,
  ASSERT,
  beside,
  GIVEN,
  partsBeside,
  partsOf,
  REQUIRED,
  requiredFrom,
  type ProgramFile,
} from "./bundle-plugins.ts";
import { keepDeclarations } from "./keep-declarations.ts";

/** Not to be bundled, as they load files of their own. */
const OUTSIDE = ["jiti", "@google-cloud/artifact-registry", "simple-git", "dockerfile-utils"];

/** A file for each, by the package; those that others of them need come first. */
const APART = new Map([
  ["yaml", "yaml"],
  ["picomatch", "picomatch"],
  ["@eslint-community/regexpp", "regexpp"],
  ["undici", "undici"],
  ["protobufjs", "protobufjs"],
  ["@grpc/grpc-js", "grpc"],
  ["dockerode", "dockerode"],
  ["@gitbeaker/rest", "gitbeaker"],
  ["diff", "diff"],
]);

/** What lays out the help. */
const LAYOUT = beside("layout.ts");

/** dockerode loads it at once, for engines that are reached by SSH; ours are not. */
const SSH = beside("no-ssh.ts");

const COMMON: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  logLevel: "warning",
};

/** For what is CommonJS here and a module in its source. */
const AS_COMMON_JS: BuildOptions = {
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  define: { "import.meta.url": "__url" },
  // Code that V8 has kept knows of no importing, and all that is imported later can be required.
  supported: { "dynamic-import": false },
  banner: { js: '"use strict"; const __url = require("node:url").pathToFileURL(__filename).href;' },
};

/** Commands that need little. */
const QUICK = ["completion.ts", "help.ts"];

const packages = await buildPackages();
const commands = await buildProgram("commands", [
  ...readdirSync("src/cli/commands").flatMap((file) =>
    QUICK.includes(file) ? [] : [`src/cli/commands/${file}`],
  ),
  "src/cli/start-local-registry.ts",
  "src/library/verbs.ts",
  "src/library/run-command.ts",
]);
const answers = await buildProgram("answers", ["src/cli/answer-completion.ts"], [partsBeside(commands)]);
const main = await buildProgram("main", ["src/cli/main.ts"], [partsBeside(commands), partsBeside(answers)]);
await Promise.all([
  buildStart({ ...AS_COMMON_JS, entryPoints: { "cli/bin": "src/cli/bin.ts" } }, [
    REQUIRED,
    await partsOf(main, "./", "useOf(process.argv.slice(2))"),
  ]),
  buildStart({ format: "esm", entryPoints: { index: "src/index.ts" } }, [
    requiredFrom(packages, "./packages/"),
    await partsOf(commands, "./cli/", '"library"'),
  ]),
  build({ ...COMMON, format: "esm", entryPoints: { askpass: "src/cli/askpass.ts" }, outdir: "dist/cli" }),
  buildPage(),
]);

// npm sees to the program itself; this one is git's to run.
await chmod("dist/cli/askpass.js", 0o755);
keepDeclarations("dist", "index.d.ts");

/** Where each of the packages is, by its name. */
async function buildPackages(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, file] of APART) {
    const made = await build({
      ...COMMON,
      format: "cjs",
      entryPoints: { [file]: name },
      entryNames: "[name]-[hash]",
      outdir: "dist/packages",
      outExtension: { ".js": ".cjs" },
      alias: { ssh2: SSH },
      plugins: [apart(files, "./")],
      metafile: true,
    });
    files.set(name, entryOf(made.metafile));
  }
  return files;
}

/** Writes a file of the program with these parts. */
async function buildProgram(
  name: string,
  parts: readonly string[],
  plugins: readonly Plugin[] = [],
): Promise<ProgramFile> {
  const functions = parts.map((path) => `${JSON.stringify(path)}: () => require("./${path}")`);
  const { metafile } = await build({
    ...COMMON,
    ...AS_COMMON_JS,
    stdin: { contents: `module.exports = { ${functions.join(", ")} };`, resolveDir: resolve() },
    entryNames: `${name}-[hash]`,
    outdir: "dist/cli",
    external: OUTSIDE,
    alias: { cliui: LAYOUT, ssh2: SSH, "manage-images": resolve("src/index.ts") },
    plugins: [...plugins, ASSERT, apart(packages, "../packages/"), REQUIRED, GIVEN],
    metafile: true,
  });
  return { name: entryOf(metafile), parts };
}

/** Writes what starts before the program is loaded, if it is at all. */
async function buildStart(options: BuildOptions, plugins: readonly Plugin[]): Promise<void> {
  await build({
    ...COMMON,
    ...options,
    outdir: "dist",
    external: ["jiti"],
    plugins: [...plugins, apart(packages, "../packages/")],
  });
}

/** What runs in pages, and how they look: reports have it in them, for browsers of the last two years. */
async function buildPage(): Promise<void> {
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
}

/** The name of the file that was written, of which there may also be a file of licences. */
function entryOf({ outputs }: Metafile): string {
  const [file] = Object.entries(outputs).flatMap(([path, { entryPoint }]) => (entryPoint ? [path] : []));
  if (file === undefined) throw new Error("Nothing was bundled");
  return basename(file);
}
