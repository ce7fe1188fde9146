import { execFile } from "node:child_process";
import { freemem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startGuarded } from "./guarded.ts";

/** What must be free for that, in bytes: several engines have their images there at the same time. */
const ENOUGH = 8 * 2 ** 30;

/**
 * Before all tests: a folder that is gone when the tests have ended, however they end. There the program keeps what is
 * compiled of it. Where there is enough memory and this process may mount, the folder is in it, and what is temporary, too: engines
 * and registries wait for a disk, and write to it, longer than for all else.
 */
export async function holdInMemory(): Promise<void> {
  const isHeld = freemem() >= ENOUGH;
  const { folder } = await startGuarded("tests", isHeld ? mounted : asleep, () => Promise.resolve(true));
  process.env["NODE_COMPILE_CACHE"] = join(folder, "compiled");
  if (isHeld) process.env["TMPDIR"] = folder;
}

async function mounted(folder: string): Promise<readonly string[]> {
  await promisify(execFile)("mount", ["-t", "tmpfs", "tmpfs", folder]).catch(() => undefined);
  return asleep();
}

function asleep(): Promise<readonly string[]> {
  return Promise.resolve(["sleep", "infinity"]);
}
