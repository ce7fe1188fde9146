import { readFile, rename, writeFile } from "node:fs/promises";

/** What a file remembers as JSON; `undefined` whatever is wrong with it: it is only a memory. */
export async function readMemory(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Remembers a value, in one step. Where the folder is not there or nothing can be written, the next run finds it out again. */
export async function keepMemory(file: string, value: unknown): Promise<void> {
  const own = `${file}.${process.pid}`;
  try {
    await writeFile(own, JSON.stringify(value));
    await rename(own, file);
  } catch {
    return;
  }
}
