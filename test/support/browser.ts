import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const PROGRAMS = ["chromium-headless-shell", "chromium", "google-chrome"];

/** Starts the machine's Chromium, without a window and without a network of its own. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findProgram(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    timeout: 120_000,
  });
}

async function findProgram(): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))))
    if (await isProgram(path)) return path;
  throw new Error(`none of ${PROGRAMS.join(", ")} is there: scripts/set-up installs one on Debian`);
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
