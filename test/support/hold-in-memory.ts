import { execFile } from "node:child_process";
import { freemem } from "node:os";
import { promisify } from "node:util";
import { startGuarded } from "./guarded.ts";

/** What must be free for that, in bytes: several engines have their images there at the same time. */
const ENOUGH = 8 * 2 ** 30;

/**
 * Before all tests: what is temporary is held in memory, where there is enough and this process may mount. Engines and registries wait for a
 * disk, and write to it, longer than for all else. It is gone when the tests have ended, however they end.
 */
export async function holdInMemory(): Promise<void> {
  if (freemem() < ENOUGH) return;
  const { folder } = await startGuarded("tests", mounted, () => Promise.resolve(true));
  process.env["TMPDIR"] = folder;
}

async function mounted(folder: string): Promise<readonly string[]> {
  await promisify(execFile)("mount", ["-t", "tmpfs", "tmpfs", folder]).catch(() => undefined);
  return ["sleep", "infinity"];
}
