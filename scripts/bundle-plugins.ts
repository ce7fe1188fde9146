/** How modules are brought together in other ways than esbuild has of itself. */
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** What the program, and what is loaded before it, have in common: an error is to be of one class for both. */
const ERRORS = { path: resolve("src/errors.ts"), name: "manage-images/errors" };

/** Modules that are loaded by those that start quickly, and what else the program has. */
export const PARTS = ["src/cli/main.ts", "src/library/verbs.ts", "src/library/run-command.ts"];

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

/** Has parts that are imported when they are needed taken from the program, a file beside what imports them. `use` is an expression. */
export async function partsOf(program: string, use: string): Promise<Plugin> {
  const exported = new Map<string, readonly string[]>();
  for (const path of PARTS) exported.set(path, await exportsOf(path));
  const loading = `
    import * as errors from ${JSON.stringify(ERRORS.path)};
    import { fileURLToPath } from "node:url";
    import { loadProgram, useOf } from ${JSON.stringify(beside("load-program.ts"))};
    const file = fileURLToPath(new URL("${program}", import.meta.url));
    export const parts = loadProgram(file, { "${ERRORS.name}": errors }, ${use});`;
  return {
    name: "parts of the program",
    setup: (bundle) => {
      bundle.onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
        const part = relative(resolve(), resolve(resolveDir, path));
        return kind === "dynamic-import" && PARTS.includes(part)
          ? { path: part, namespace: "part" }
          : undefined;
      });
      bundle.onResolve({ filter: /^program$/ }, () => ({ path: "program", namespace: "program" }));
      bundle.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
        contents: `import { parts } from "program";
          export const { ${exported.get(path)?.join(", ") ?? ""} } = parts[${JSON.stringify(path)}]();`,
        resolveDir: resolve(),
      }));
      bundle.onLoad({ filter: /.*/, namespace: "program" }, () => ({
        contents: loading,
        resolveDir: resolve(),
      }));
    },
  };
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
