import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "../../errors.ts";
import { RECORD_VERSION, type RunRecord } from "../../model/run-record.ts";
import { cannotWrite, makeRunFolder } from "./logs.ts";

/** The name of a run's record beside its logs. */
const RECORD_FILE = "run.json";

/** A record that was kept, and the folder that has the logs. */
export interface KeptRecord {
  readonly folder: string;
  readonly record: RunRecord;
}

/** The end of a log. */
export interface LogEnd {
  readonly text: string;
  /** How many bytes stand before it. */
  readonly omitted: number;
}

/** Keeps a record in the folder of its run's logs, whole or not at all. */
export async function keepRecord({ folder, record }: KeptRecord): Promise<void> {
  const path = join(folder, RECORD_FILE);
  await makeRunFolder(folder);
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`);
    await rename(`${path}.new`, path);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The record of the newest run that has one; `logs` is the folder with a folder for each run. */
export async function readLastRecord(logs: string): Promise<KeptRecord | undefined> {
  const names = await readdir(logs).catch(noneIfMissing<string[]>([]));
  for (const name of names.sort().reverse()) {
    const folder = join(logs, name);
    const text = await readFile(join(folder, RECORD_FILE), "utf8").catch(noneIfMissing(undefined));
    if (text !== undefined) return { folder, record: parseRecord(text, join(folder, RECORD_FILE)) };
  }
  return undefined;
}

/** The records that are kept, the newest first; without those that cannot be read. */
export async function readRecords(logs: string): Promise<readonly RunRecord[]> {
  const names = await readdir(logs).catch(() => []);
  const texts = names
    .sort()
    .reverse()
    .map((name) => readFile(join(logs, name, RECORD_FILE), "utf8").catch(() => ""));
  return (await Promise.all(texts)).flatMap((text) => {
    const record = parsed(text);
    return record?.version === RECORD_VERSION ? [record as RunRecord] : [];
  });
}

/** The last bytes of a log, from the beginning of a line if there is one in them; none if it is there no more. */
export async function readLogEnd(folder: string, log: string, most: number): Promise<LogEnd | undefined> {
  const file = await open(join(folder, basename(log))).catch(noneIfMissing(undefined));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return fromLine(buffer.subarray(0, bytesRead), start);
  } finally {
    await file.close();
  }
}

/** The same of a log that is there, at once: what is shown then must be in its place. */
export function readLogEndNow(path: string, most: number): LogEnd | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const start = Math.max(0, size - most);
    const bytes = Buffer.alloc(size - start);
    return fromLine(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start)), start);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function fromLine(bytes: Buffer, start: number): LogEnd {
  const line = bytes.indexOf("\n") + 1;
  const skipped = start === 0 || line === bytes.length ? 0 : line;
  return { text: bytes.subarray(skipped).toString("utf8"), omitted: start + skipped };
}

/** What is in the folder was written by this program, but maybe by another version of it. */
function parseRecord(text: string, path: string): RunRecord {
  const record = parsed(text);
  if (record?.version === RECORD_VERSION) return record as RunRecord;
  throw new UserError(`${path} is not a record that this version of the program can read.`, {
    remedy: "It is of the last run; the next one leaves a new record.",
  });
}

function parsed(text: string): Partial<RunRecord> | null {
  try {
    return JSON.parse(text) as Partial<RunRecord> | null;
  } catch {
    return null;
  }
}

function noneIfMissing<None>(none: None): (error: NodeJS.ErrnoException) => None {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return none;
    throw new UserError(`What is kept of runs cannot be read: ${error.message}`, { cause: error });
  };
}
