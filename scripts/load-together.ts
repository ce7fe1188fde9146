import { basename, dirname, resolve } from "node:path";
import type { Plugin } from "esbuild";

/** What every start of the program needs, and what every run needs. */
const START = "src/cli/main.ts";
const RUN = "src/cli/commands/run.ts";

/** Parts that answer at once, and need little of what a run does. */
const QUICK = ["main", "answer-completion", "completion", "describe-commands", "flags-of-variables", "help"];

/**
 * Has what is always loaded together in one file. Parts that are loaded when they are needed share modules, and esbuild
 * makes a file for each set of parts that share some: a run was loaded from seventy files. So each part begins with what
 * is there before it is loaded, and with what a run needs: then these modules are shared by the same parts.
 */
export const LOAD_TOGETHER: Plugin = {
  name: "what is loaded together in one file",
  setup: (bundle) => {
    bundle.onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind, resolveDir }) =>
      kind === "dynamic-import" ? { path: resolve(resolveDir, path), namespace: "part" } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => {
      const first = firstOf(path).map((module) => `import ${JSON.stringify(resolve(module))};\n`);
      return { contents: `${first.join("")}export * from ${JSON.stringify(path)};\n`, resolveDir: resolve() };
    });
  },
};

/** What ends before the program is loaded. */
const BEFORE = "tell-nothing";

/** A program that uses the library has no command line. */
function firstOf(part: string): readonly string[] {
  if (basename(part, ".ts") === BEFORE) return [];
  if (basename(dirname(part)) === "library") return [RUN];
  return QUICK.includes(basename(part, ".ts")) ? [START] : [START, RUN];
}
