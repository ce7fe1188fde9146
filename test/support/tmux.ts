import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);
const SECONDS_OF_PATIENCE = 60;

/** A real terminal of a size, in which a program runs. */
export interface TmuxTerminal {
  /** What is to be seen, line by line, without blank ends; with `history` also what was scrolled away. */
  readonly capture: (history?: boolean) => Promise<readonly string[]>;
  /** What is to be seen, with the sequences of its colours. */
  readonly captureColoured: () => Promise<string>;
  /** What is to be seen, as soon as it is as wanted; fails with what is seen when it does not become so. */
  readonly until: (isWanted: (lines: readonly string[]) => boolean) => Promise<readonly string[]>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Keys by tmux's names: `C-c`. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly isCursorShown: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Starts a program in a tmux server of the test's own. When it has ended, the terminal shows `exit N` and stays. */
export async function openTmux(
  size: { readonly columns: number; readonly rows: number },
  command: readonly string[],
  place: { readonly folder: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<TmuxTerminal> {
  const folder = await mkdtemp(join(tmpdir(), "tmux-"));
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute("tmux", ["-S", join(folder, "socket"), "-f", "/dev/null", ...args], {
      env: { ...process.env, TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    });
    return stdout;
  };
  const environment = Object.entries(place.environment ?? {}).flatMap(([name, value]) => [
    "-e",
    `${name}=${value}`,
  ]);
  const script = 'trap : INT; "$@"; echo "exit $?"; exec sleep 600';
  const [columns, rows] = [String(size.columns), String(size.rows)];
  await tmux(
    ...["-u", "new-session", "-d", "-x", columns, "-y", rows, "-c", place.folder, ...environment],
    ...["sh", "-c", script, "sh", ...command],
  );
  await tmux("set-option", "-g", "status", "off");
  await tmux("resize-window", "-x", columns, "-y", rows);

  const capture = async (history = false): Promise<readonly string[]> => {
    const shown = await tmux("capture-pane", "-p", ...(history ? ["-S", "-"] : []));
    const lines = shown.split("\n").map((line) => line.trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  };
  return {
    capture,
    captureColoured: () => tmux("capture-pane", "-p", "-e"),
    until: async (isWanted) => {
      const end = Date.now() + SECONDS_OF_PATIENCE * 1000;
      for (;;) {
        const lines = await capture();
        if (isWanted(lines)) return lines;
        if (Date.now() > end) throw new Error(`the terminal shows:\n${lines.join("\n")}`);
        await pause(50);
      }
    },
    resize: async (width, height) => {
      await tmux("resize-window", "-x", String(width), "-y", String(height));
    },
    press: async (...keys) => {
      await tmux("send-keys", ...keys);
    },
    isCursorShown: async () => (await tmux("display-message", "-p", "#{cursor_flag}")).trim() === "1",
    close: async () => {
      await tmux("kill-server").catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
