/**
 * The configuration file as a value. It is JSON, or a program of the user's that is run afresh: what it throws is told
 * as a problem of the file, without a stack trace.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { types } from "node:util";
import type * as Jiti from "jiti";
import { ConfigurationError } from "../../errors.ts";
import { findKnown, keepKnown } from "./known-programs.ts";

/**
 * What a configuration file exports by default (awaited), assigns to `module.exports`, or holds as JSON. Throws a
 * `ConfigurationError` that names the file and, if it can be known, the line. Transformed sources are kept in the folder
 * `cache`, if there is one, under the hashes of the sources: to transform them takes a tenth of a second.
 */
export async function loadConfiguration(file: string, cache?: string): Promise<unknown> {
  return extname(file) === ".json" ? readJson(file) : runProgram(file, cache);
}

/** Reads what a configuration file says. */
type Read = () => Promise<unknown>;

/**
 * The same, if it can be had without jiti: of JSON, and of programs whose source was kept. `library` is what they have in the
 * place of this one. Nothing is run before it is read. What is wrong with the file is told by `loadConfiguration`.
 */
export async function findReading(file: string, cache: string, library: unknown): Promise<Read | undefined> {
  if (extname(file) === ".json") return () => readJson(file);
  const run = await findKnown({ file, source: await readFile(file, "utf8") }, cache);
  return run && (async () => readExport(await run(library), file));
}

async function readJson(file: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readFile(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = / at position (\d+)/.exec(error.message)?.[1];
    const line = position === undefined ? "" : `:${text.slice(0, Number(position)).split("\n").length}`;
    throw problem(file + line, `it is no JSON: ${error.message}`, "Correct the file.");
  }
}

async function runProgram(file: string, cache: string | undefined): Promise<unknown> {
  try {
    return await readExport(await importProgram(file, cache), file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw describeFailure(file, error);
  }
}

/** Runs what was loaded before once more. */
async function importProgram(file: string, cache: string | undefined): Promise<unknown> {
  const library = await importLibrary();
  if (cache === undefined) return openJiti(library).import(file);
  const program = { file, source: await readFile(file, "utf8") };
  const known = await findKnown(program, cache);
  if (known !== undefined) return known(library);
  const jiti = openJiti(library, cache);
  const exported = await jiti.import(file);
  await keepKnown(program, cache, ({ source }) =>
    jiti.transform({ source, filename: file, ts: true, async: true }),
  );
  return exported;
}

function openJiti(library: unknown, cache?: string): Jiti.Jiti {
  // As CommonJS it takes half as long.
  const { createJiti } = createRequire(import.meta.url)("jiti") as typeof Jiti;
  return createJiti(import.meta.url, {
    fsCache: cache ?? false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: { "manage-images": library },
  });
}

/**
 * What `import … from "manage-images"` means in a configuration, installed there or not. It is the library that runs
 * already: to have it transformed with the configuration takes a quarter of a second.
 */
async function importLibrary(): Promise<unknown> {
  return import("manage-images");
}

/** A module marks itself as one; without the mark it is the value of `module.exports`. */
function readExport(exported: unknown, file: string): unknown {
  if (typeof exported !== "object" || exported === null) return exported;
  if ("default" in exported) return exported.default;
  if (!("__esModule" in exported)) return exported;
  const remedy = "Export the configuration: export default defineConfig({ … });";
  throw problem(file, "it has no default export", remedy);
}

function describeFailure(file: string, error: unknown): ConfigurationError {
  const { message, stack = "" } = types.isNativeError(error) ? error : { message: String(error) };
  const [what = ""] = message.split("\n");
  const syntax = /^ParseError: (.*?)\s*\n\s*(.+:\d+):\d+$/.exec(message);
  if (syntax !== null) return problem(syntax[2] ?? file, syntax[1] ?? what, "Correct the file.");
  const line = lineIn(stack, file);
  const where = line === undefined ? file : `${file}:${line}`;
  return problem(where, `it cannot be run: ${what}`, "Correct the file, or what it imports.");
}

/** The first line of the file that the stack names. */
function lineIn(stack: string, file: string): string | undefined {
  const at = stack.indexOf(`${file}:`);
  return at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0];
}

function problem(where: string, what: string, remedy: string): ConfigurationError {
  return new ConfigurationError([{ where, what, remedy }]);
}
