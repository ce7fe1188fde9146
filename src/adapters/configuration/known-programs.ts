/**
 * Configurations that were transformed before, and import nothing but this library: they are run without jiti, which takes
 * longer to load than all that is done with what they export. jiti runs all others, as it knows how to import.
 */
import { createHash } from "node:crypto";
import { extname, join } from "node:path";
import { runInThisContext } from "node:vm";
import { keepMemory, readMemory } from "../files/memory-file.ts";

/** A program as it was read. */
export interface Program {
  readonly file: string;
  readonly source: string;
}

/** Runs a program afresh, with this library in the place of `manage-images`. What it exports. */
export type Run = (library: unknown) => Promise<unknown>;

interface Known {
  /** Of the source. */
  readonly hash: string;
  readonly code: string;
}

/** What can be done with a program that is in the folder's memory; `undefined` if it is not. */
export async function findKnown(program: Program, folder: string): Promise<Run | undefined> {
  if (!isTypeScript(program)) return undefined;
  const known = (await readMemory(memoryOf(program, folder))) as Known | undefined;
  return known?.hash === hashOf(program.source) ? (library) => run(program, known.code, library) : undefined;
}

/** Keeps what becomes of a program, if it can be run without more. Where nothing can be written, it is transformed again. */
export async function keepKnown(
  program: Program,
  folder: string,
  transform: (program: Program) => string,
): Promise<void> {
  const code = isTypeScript(program) ? transform(program) : "";
  if (!isAlone(code)) return;
  const known: Known = { hash: hashOf(program.source), code };
  await keepMemory(memoryOf(program, folder), known);
}

/** What is written in other languages Node may run itself. */
function isTypeScript({ file }: Program): boolean {
  return [".ts", ".mts"].includes(extname(file));
}

/** How jiti's code imports this library. */
const IMPORT = 'await jitiImport("manage-images")';

/** What a module can reach other files by, and whatever else jiti gives it. */
const REACHES = /\b(?:jiti\w*|import|require|module|__filename|__dirname|arguments)\b/;

/** Text that only looks like an import makes a program one of jiti's: then it is run, and later. */
function isAlone(code: string): boolean {
  return code.includes(IMPORT) && !REACHES.test(code.replaceAll(IMPORT, ""));
}

/** The line of the code that a failure is on is that of the source. */
async function run({ file }: Program, code: string, library: unknown): Promise<unknown> {
  const exports = {};
  const start = runInThisContext(`(async (exports, jitiImport) => {${code}\n})`, { filename: file }) as (
    exports: object,
    jitiImport: () => unknown,
  ) => Promise<void>;
  await start(exports, () => library);
  return exports;
}

function memoryOf({ file }: Program, folder: string): string {
  return join(folder, `${hashOf(file).slice(0, 16)}.json`);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
