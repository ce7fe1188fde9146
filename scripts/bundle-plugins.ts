/** How modules are brought together in other ways than esbuild has of itself. */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, type PluginBuild } from "esbuild";

/** What the program, and what is loaded before it, have in common: an error is to be of one class for both. */
const ERRORS = { path: resolve("src/errors.ts"), name: "manage-images/errors" };

/** yargs takes two functions of it; the module takes longer to load than yargs does. */
export const ASSERT: Plugin = {
  name: "yargs without node:assert",
  setup: (bundle) => {
    const inYargs = join("node_modules", "yargs");
    bundle.onResolve({ filter: /^assert$/ }, ({ importer }) =>
      importer.includes(inYargs) ? { path: beside("equal.ts") } : undefined,
    );
  },
};

/** Has packages required from their files in a folder. */
export function apart(files: ReadonlyMap<string, string>, folder: string): Plugin {
  return {
    name: "packages in files of their own",
    setup: (bundle) => {
      bundle.onResolve({ filter: /^[@a-z]/ }, ({ path }) => {
        const file = files.get(path);
        return file === undefined ? undefined : { path: `${folder}${file}`, external: true };
      });
    },
  };
}

/** A module that is asked for in the midst of a function has a `require` of its own; CommonJS has one for all. */
export const REQUIRED = changed("what is required is bundled", (source) =>
  source.replace("const require = createRequire(import.meta.url);\n", ""),
);

/** The same in a module, which finds the packages in their folder. */
export function requiredFrom(packages: ReadonlyMap<string, string>, folder: string): Plugin {
  return changed("what is required lies beside it", (source) =>
    source.replaceAll(/\brequire\("([^"]+)"\)/g, (line, name: string) => {
      const file = packages.get(name);
      return file === undefined ? line : `require("${folder}${file}")`;
    }),
  );
}

function changed(name: string, change: (source: string) => string): Plugin {
  return {
    name,
    setup: (bundle) => {
      bundle.onLoad({ filter: /\bsrc\b.*\.ts$/, namespace: "file" }, async ({ path }) => ({
        contents: change(await readFile(path, "utf8")),
        loader: "ts",
      }));
    },
  };
}

/** Leaves to what starts to give the program what they have in common. */
export const GIVEN: Plugin = {
  name: "what is given to the program",
  setup: (bundle) => {
    bundle.onResolve({ filter: /\/errors\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === ERRORS.path ? { path: ERRORS.name, external: true } : undefined,
    );
  },
};

/** A file of the program. */
export interface ProgramFile {
  readonly name: string;
  /** Modules that others take from it when they need them, by their paths. */
  readonly parts: readonly string[];
}

/** Has parts that are imported when they are needed taken from a file of the program, which is loaded then. `use` is an expression. */
export async function partsOf({ name, parts }: ProgramFile, folder: string, use: string): Promise<Plugin> {
  const exported = new Map<string, readonly string[]>();
  for (const part of parts) exported.set(part, await exportsOf(part));
  const loading = `
    import * as errors from ${JSON.stringify(ERRORS.path)};
    import { fileURLToPath } from "node:url";
    import { loadProgram, useOf } from ${JSON.stringify(resolve("src/cli/load-program.ts"))};
    const file = fileURLToPath(new URL("${folder}${name}", import.meta.url));
    export const parts = loadProgram(file, { "${ERRORS.name}": errors }, ${use});`;
  return {
    name: "parts of the program",
    setup: (bundle) => {
      const namespace = takeParts(bundle, { name, parts });
      bundle.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `import { parts } from "program";
          export const { ${exported.get(path)?.join(", ") ?? ""} } = parts[${JSON.stringify(path)}]();`,
        resolveDir: resolve(),
      }));
      bundle.onResolve({ filter: /^program$/ }, () => ({ path: "program", namespace: "program" }));
      bundle.onLoad({ filter: /.*/, namespace: "program" }, () => ({
        contents: loading,
        resolveDir: resolve(),
      }));
    },
  };
}

/** The same for a file that is itself of the program: what has loaded it loads what it requires. */
export function partsBeside(file: ProgramFile): Plugin {
  return {
    name: "parts of another file of the program",
    setup: (bundle) => {
      const namespace = takeParts(bundle, file);
      bundle.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `module.exports = require("./${file.name}")[${JSON.stringify(path)}]();`,
      }));
      bundle.onResolve({ filter: /^/, namespace }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** Gives parts of a file a namespace of their own where they are imported when they are needed. */
function takeParts(bundle: PluginBuild, { name, parts }: ProgramFile): string {
  const namespace = `parts of ${name}`;
  bundle.onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
    const part = relative(resolve(), resolve(resolveDir, path));
    return kind === "dynamic-import" && parts.includes(part) ? { path: part, namespace } : undefined;
  });
  return namespace;
}

async function exportsOf(path: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [path],
    format: "esm",
    outdir: "dist",
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}

/** A file of this folder. */
export function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
