/**
 * Loads files of the program as Node loads CommonJS, with what V8 has made of them the last time: to compile them takes as long as
 * all that most commands do. It is kept in the program's own folder of the clone, or where Node's `NODE_COMPILE_CACHE` says
 * (https://nodejs.org/api/module.html#module-compile-cache), which Node heeds from version 22.1 on, and not for all that is
 * loaded here.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { Script } from "node:vm";

/** What is not a file: modules that the caller and the program are to have in common, by the names that the program has for them. */
export type Given = Readonly<Record<string, unknown>>;

/** Who else may write to a file. */
const OTHERS_WRITE = 0o022;

/** In front of what is kept. */
const HASH_BYTES = 32;

/** What was made longer ago is of a program that nobody has any more, or is made again. In milliseconds. */
const OLD = 30 * 24 * 60 * 60 * 1000;

/** A run that took so long may take a moment longer. In milliseconds. */
const LONG = 5000;

/** The last exit code of who has done what it was asked for. */
const FOUND_SOMETHING = 1;

/** Below that it is not worth another file. */
const MUCH = 1.1;

const WRAPPER = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"] as const;

type Wrapped = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

/** What a command line needs of the program, by name. */
export function useOf([first = "", ...more]: readonly string[]): string {
  if (/^[a-z-]*[a-z]$/.test(first) && !first.startsWith("-")) return first;
  return [first, ...more].some((word) => ["--help", "-h", "--version"].includes(word)) ? "help" : "run";
}

/** What a file of ASCII exports. What is compiled for a `use`, such as a command, is kept apart from what is for others. */
export function loadProgram(file: string, given: Given, use: string): unknown {
  const folder = cacheFolder();
  const loaded = new Map<string, unknown>();
  const compiled: Compiled[] = [];
  if (folder !== undefined)
    process.once("exit", (exitCode) => {
      if (exitCode <= FOUND_SOMETHING)
        for (const each of compiled)
          ifPossible(() => {
            keep(folder, each);
          });
    });
  return load(file);

  function load(path: string): unknown {
    const known = compile(path, folder, nameOf(path, use));
    compiled.push(known);
    const module = { exports: {} as unknown };
    const wrapped = known.script.runInThisContext() as Wrapped;
    wrapped(module.exports as object, requireOf(path), module, path, dirname(path));
    return module.exports;
  }

  function requireOf(path: string) {
    const require = createRequire(path);
    const part = (name: string) => {
      const known = loaded.get(name) ?? load(join(dirname(path), name));
      loaded.set(name, known);
      return known;
    };
    return (name: string): unknown => {
      if (name in given) return given[name];
      return name.startsWith(".") ? part(name) : (require(name) as unknown);
    };
  }
}

interface Compiled {
  readonly script: Script;
  /** What is kept has this name. */
  readonly name: string;
  /** How much V8 took of what was kept, in bytes. */
  readonly taken: number;
}

function compile(path: string, folder: string | undefined, name: string): Compiled {
  const cachedData = folder === undefined ? undefined : readOwn(join(folder, name));
  const script = new Script(WRAPPER.join(readFileSync(path, "latin1")), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  return { script, name, taken: script.cachedDataRejected === false ? (cachedData?.length ?? 0) : 0 };
}

/** Where it is kept, if there is a place for it. */
function cacheFolder(): string | undefined {
  const { NODE_DISABLE_COMPILE_CACHE: isOff = "", NODE_COMPILE_CACHE: folder = "" } = process.env;
  if (isOff !== "") return undefined;
  return ifPossible(() => (folder === "" ? ownFolder(process.cwd()) : resolve(folder, "manage-images")));
}

/** In the clone that a directory is in, once it has a folder of ours: a clone of one command is spared what it takes to keep it. */
function ownFolder(directory: string): string | undefined {
  const git = join(directory, ".git");
  const own = join(git, "manage-images");
  if (existsSync(own)) return join(own, "compiled");
  const above = dirname(directory);
  return above === directory || existsSync(git) ? undefined : ownFolder(above);
}

/** V8 itself takes nothing that another V8 has made. */
function nameOf(path: string, use: string): string {
  return `${basename(path, ".cjs")}-${use}-${process.version}-${process.arch}`;
}

/** It is code: what somebody else may have written is not ours. */
function readOwn(path: string): Buffer | undefined {
  return ifPossible(() => {
    const file = openSync(path, "r");
    try {
      const { uid, mode } = fstatSync(file);
      const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS_WRITE) === 0);
      return isOwn ? unsealed(readFileSync(file)) : undefined;
    } finally {
      closeSync(file);
    }
  });
}

/** V8 would run what a disk has made of it. `undefined` of what is not as it was sealed. */
function unsealed(bytes: Buffer): Buffer | undefined {
  const made = bytes.subarray(HASH_BYTES);
  return hashOf(made).equals(bytes.subarray(0, HASH_BYTES)) ? made : undefined;
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** By then V8 has compiled what the command needs. */
function keep(folder: string, { script, name, taken }: Compiled): void {
  if (taken > 0 && performance.now() < LONG) return;
  const made = script.createCachedData();
  if (made.length < taken * MUCH) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = join(folder, `${name}.${process.pid}`);
  writeFileSync(own, Buffer.concat([hashOf(made), made]), { mode: 0o600 });
  renameSync(own, join(folder, name));
  removeOld(folder);
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > OLD) rmSync(path);
  }
}

/** All of it is for speed alone: where something stands in its way, the program is compiled. */
function ifPossible<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
