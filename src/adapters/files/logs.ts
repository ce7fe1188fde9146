import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors.ts";
import type { LogFile, Logs } from "../../ports.ts";

/** How many runs' folders of logs are kept, the newest included. */
const KEPT_RUNS = 10;

/**
 * Build logs in `folder`, which belongs to this run alone. Its neighbours are the folders of earlier runs; the last ten
 * by name are kept, so that names must sort by time.
 */
export function openLogs(folder: string): Logs {
  let made: Promise<void> | undefined;
  return {
    open: async (image) => {
      await (made ??= makeRunFolder(folder));
      return openLog(join(folder, `${encodeURIComponent(image)}.log`));
    },
  };
}

/** Makes a run's folder, if it is not there, and removes the oldest ones. */
export async function makeRunFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await removeOldRuns(dirname(folder), basename(folder));
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

async function removeOldRuns(parent: string, current: string): Promise<void> {
  const children = await readdir(parent, { withFileTypes: true });
  const earlier = children.filter((child) => child.isDirectory() && child.name !== current);
  const newestFirst = earlier
    .map(({ name }) => name)
    .sort()
    .reverse();
  const old = newestFirst.slice(KEPT_RUNS - 1);
  await Promise.all(old.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

function openLog(path: string): LogFile {
  const stream = createWriteStream(path, { flags: "w", mode: 0o644 });
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = error;
  });
  return {
    path,
    write: (line) => {
      if (failure === undefined) stream.write(`${line}\n`);
    },
    close: async () => {
      stream.end();
      if (!stream.closed) await once(stream, "close").catch(() => undefined);
      if (failure !== undefined) throw cannotWrite(path, failure);
    },
  };
}

/** What to say when a run's folder, or a file in it, cannot be written. */
export function cannotWrite(path: string, cause: unknown): UserError {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  return new UserError(`The file ${path} cannot be written (${code}).`, {
    remedy: "Make room on the disk, or make the folder writable.",
    cause,
  });
}
