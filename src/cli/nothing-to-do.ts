/**
 * The end of a run that found nothing to do, and what that run is known by. While it is known by the same, it would end the
 * same way: then neither Dockerfiles nor fingerprints are looked at, and most of the program is not loaded. In `docs/decisions`,
 * 69 says what has to be the same.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { serialize } from "node:v8";
import { findReading } from "../adapters/configuration/load-configuration.ts";
import { keepMemory, readMemory } from "../adapters/files/memory-file.ts";
import { findQuiet, isStillQuiet } from "../adapters/git/find-quiet.ts";
import type { Folders } from "../adapters/git/folders.ts";
import type { Located } from "../adapters/git/locate.ts";
import { defineConfig } from "../config/define-config.ts";
import { hasMark } from "../adapters/git/tree-mark.ts";
import type { TreeMark } from "../ports.ts";
import type { Progress } from "./reporting.ts";
import type { Terminal } from "./terminal.ts";
import { VARIABLE_PREFIX } from "./variables.ts";

/** What is to be told of such a run. */
export interface NothingToDo {
  /** The images that are up to date. */
  readonly images: readonly string[];
  readonly progress: Progress;
  readonly format: "text" | "json";
}

/** What there is to be the same, beside the program, its words and its environment. */
export interface Grounds {
  /** The configuration: its absolute path, and what its value is known by. */
  readonly configuration: { readonly file: string; readonly value: string };
  readonly tree: TreeMark;
}

interface Memory {
  /** Of the program, its words and its environment. */
  readonly key: string;
  readonly grounds: Grounds;
  readonly end: NothingToDo;
}

/** What a shell changes from one command to the next. */
const SHELL = ["_", "PWD", "OLDPWD", "SHLVL"];

/**
 * What the program, its words and its environment are known by; `program` has the names of all that it loads in it.
 * `undefined` where variables stand for flags: what is to be said of those is said by who reads them.
 */
export function keyOf(
  program: string,
  { arguments: words, directory, environment }: Pick<Terminal, "arguments" | "directory" | "environment">,
): string | undefined {
  const names = Object.keys(environment).filter((name) => !SHELL.includes(name));
  if (names.some((name) => name.startsWith(VARIABLE_PREFIX))) return undefined;
  const variables = names.toSorted().map((name) => [name, environment[name]]);
  return hashOf(JSON.stringify([program, process.version, words, directory, variables]));
}

/**
 * How the run of this key has ended, with what tells whether it would end so now. Whatever stands in the way of knowing it is
 * told by the run itself.
 */
export async function recall(key: string, { folders }: Located): Promise<Recalled | undefined> {
  const quiet = findQuiet(folders);
  if (quiet === undefined) return undefined;
  const memory = (await readMemory(memoryFile(folders.private))) as Memory | undefined;
  if (memory?.key !== key) return undefined;
  const { end, grounds } = memory;
  const isSame = async () => (await haveGrounds(folders, grounds)) && isStillQuiet(quiet);
  return { end, isStillSo: () => isSame().catch(() => false) };
}

/** The end of an earlier run. */
export interface Recalled {
  readonly end: NothingToDo;
  readonly isStillSo: () => Promise<boolean>;
}

/** Keeps how a run has ended, if its configuration can be read again without the run. */
export async function keepNothingToDo(folder: string, memory: Memory): Promise<void> {
  if ((await readingOf(memory.grounds, folder)) !== undefined) await keepMemory(memoryFile(folder), memory);
}

/** What plain data are known by; `undefined` of what is more than that. */
export function markValue(value: unknown): string | undefined {
  try {
    return hashOf(serialize(value));
  } catch {
    return undefined;
  }
}

/** Where configurations are kept as they were transformed, below the program's own folder. */
export function transformedIn(folder: string): string {
  return join(folder, "transformed");
}

/** The configuration is run only where the rest is the same: otherwise the run does. */
async function haveGrounds(folders: Folders, { tree, configuration }: Grounds): Promise<boolean> {
  const [isSame, read] = await Promise.all([
    hasMark(folders, tree),
    readingOf({ configuration }, folders.private),
  ]);
  return isSame && read !== undefined && markValue(await read()) === configuration.value;
}

/** How the configuration is read without what the run has for it. */
function readingOf({ configuration }: Pick<Grounds, "configuration">, folder: string) {
  return findReading(configuration.file, transformedIn(folder), LIBRARY);
}

/** What most configurations need of the library, without the rest: those that need more are run by the run. */
const LIBRARY = new Proxy(
  { defineConfig },
  {
    get: (library, name) => {
      if (name === "defineConfig") return library.defineConfig;
      // To wait for a module asks whether it is a promise.
      if (name === "then") return undefined;
      throw new Error(`${String(name)} is not here`);
    },
  },
);

function memoryFile(folder: string): string {
  return join(folder, "nothing-to-do.json");
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
