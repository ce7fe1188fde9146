import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { refuseSecrets } from "./secrets.ts";

/** The built program. */
export const BIN = fileURLToPath(new URL("../../dist/cli/bin.cjs", import.meta.url));

/** What the program did. */
export interface Ran {
  /** The signal's name if one ended it. */
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built program in a folder, as a user would. `environment` is added to this process's. That it shows a secret of the
 * tests' is an error, whatever is tested.
 */
export async function manageImages(
  folder: string,
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return startManageImages(folder, arguments_, environment).ended;
}

/** Starts the built program, to be killed or interrupted. */
export function startManageImages(
  folder: string,
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [BIN, ...arguments_], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
    async ([stdout, stderr]): Promise<Ran> => {
      await refuseSecrets(folder, stdout, stderr);
      return { exitCode: child.exitCode ?? child.signalCode ?? "", stdout, stderr };
    },
  );
  return { child, ended };
}
