import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for the slowest machine; a session that hangs ends the test with what it showed. */
const PATIENCE_SECONDS = 40;

/** A shell on a terminal of its own. */
export interface ShellSession {
  /** Types text as a person would, and resolves to what the terminal shows from then on, once that matches. */
  readonly type: (text: string, until: RegExp) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts an interactive shell by util-linux's `script`, which gives it a terminal. */
export function startShell(
  command: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): ShellSession {
  const env = { ...process.env, ...environment, TERM: "dumb" };
  const child = spawn("script", ["-qfec", command, "/dev/null"], {
    cwd: folder,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  return {
    type: async (text, until) => {
      const before = shown.length;
      child.stdin.write(text);
      const deadline = performance.now() + PATIENCE_SECONDS * 1000;
      while (!until.test(shown.slice(before))) {
        if (performance.now() > deadline || child.exitCode !== null)
          throw new Error(`The shell has not shown ${String(until)}, but:\n${shown}`);
        await sleep(20);
      }
      return shown.slice(before);
    },
    stop: async () => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
