import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { IDENTITY_SECRET } from "./google-identity.ts";
import { LOGIN } from "./registry.ts";

/** What the tests are known by to registries, forges and Google, and how it goes over the wire. */
const PLANTED = [
  LOGIN.password,
  Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64"),
  IDENTITY_SECRET,
  "google-token-",
  "ghp_tests",
  "glpat-tests",
];

/** Rejects where one of them is in what a run has said, or in what it left in its clone: logs, records, what was to be committed. */
export async function refuseSecrets(folder: string, ...said: readonly string[]): Promise<void> {
  for (const text of [...said, ...(await filesIn(join(folder, ".git/manage-images")))]) {
    const secret = PLANTED.find((each) => text.includes(each));
    if (secret !== undefined) throw new Error(`A secret was shown (${secret}):\n${text}`);
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  // Another run may take some away in the meantime.
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8").catch(() => "")));
}
