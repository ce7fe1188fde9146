/**
 * Configuration files are programs, run fresh each time by jiti, or JSON.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigurationError } from "../../errors.ts";

/** What a configuration file exports, or holds. A file that fails is a `ConfigurationError` with its own message. */
export async function loadConfiguration(file: string): Promise<unknown> {
  return extname(file) === ".json" ? readJson(file) : runProgram(file);
}

async function readJson(file: string): Promise<unknown> {
  const text = (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(file, "it is no JSON", error);
  }
}

async function runProgram(file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  // No cache on disk: nothing is written outside the repository, and nothing of ours inside it.
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    alias: { "manage-images": library() },
  });
  const exported = await jiti.import<unknown>(file, { default: true }).catch((error: unknown) => {
    throw broken(file, "it cannot be run", error);
  });
  if (typeof exported !== "function") return exported;
  throw new ConfigurationError([
    {
      where: file,
      what: "it exports a function",
      remedy: "Export the configuration itself: export default defineConfig({ … }).",
    },
  ]);
}

/** What `import … from "manage-images"` means in a configuration, wherever the program is installed. */
function library(): string {
  const built = fileURLToPath(new URL("../../index.js", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../../index.ts", import.meta.url));
}

function broken(file: string, what: string, error: unknown): ConfigurationError {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: "" };
  const line = lineIn(stack ?? "", file);
  return new ConfigurationError([
    { where: line === undefined ? file : `${file}:${line}`, what: `${what}: ${message}` },
  ]);
}

/** The first line of the file that the stack names. */
function lineIn(stack: string, file: string): string | undefined {
  const at = stack.indexOf(`${file}:`);
  return at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0];
}
