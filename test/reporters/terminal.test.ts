import { afterEach, expect, it } from "@jest/globals";
import { openTmux, type TmuxTerminal } from "../support/tmux.ts";

const MINUTE = 60_000;
const PROGRAM = [process.execPath, "--import", "jiti/register", "test/support/many-images.ts"];
const RUNNING = /^. team-\d\S*-name-\d+ +building +\d/;
let terminal: TmuxTerminal;

afterEach(() => terminal.close());

/** A run of a hundred images of which nine are being built, when all of these are to be seen. */
async function show(
  columns: number,
  rows: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  terminal = await openTmux({ columns, rows }, PROGRAM, {
    folder: process.cwd(),
    environment: { CI: "", NO_COLOR: "1", ...environment },
  });
  return terminal.until(hasList);
}

function hasList(lines: readonly string[]): boolean {
  return RUNNING.test(lines.at(-2) ?? "") && (lines.at(-1) ?? "").includes("waiting");
}

it.each([
  [120, "40 built, 3 failed, 9 running, 48 waiting, about 4 min left"],
  [80, "40 built, 3 failed, 9 running, 48 waiting, about 4 min left"],
  [40, "40 built, 3 failed, 48 waiting, ~4 min"],
])(
  "In %d columns a hundred images are those that run, each on a line with its time, and counts of the rest",
  async (columns, counts) => {
    const lines = await show(columns, 24);
    const list = lines.slice(-10);
    expect(list.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => expect.stringMatching(RUNNING)));
    expect(list.slice(0, 9).every((line) => / s(?:  \[2\/5\] .*)?$/.test(line))).toBe(true);
    expect(list.at(-1)).toBe(counts);
    expect(lines.at(-11)).toBe("    │ make: no rule");
    expect(await terminal.isCursorShown()).toBe(false);
  },
  2 * MINUTE,
);

it(
  "In a small window as many as there is room for are shown",
  async () => {
    terminal = await openTmux({ columns: 60, rows: 6 }, PROGRAM, {
      folder: process.cwd(),
      environment: { CI: "", NO_COLOR: "1" },
    });
    const lines = await terminal.until((shown) => shown.some((line) => line.includes("more")));
    expect(lines.slice(-5)).toEqual([
      ...Array.from({ length: 3 }, () => expect.stringMatching(RUNNING)),
      "  … and 6 more",
      "40 built, 3 failed, 9 running, 48 waiting, about 4 min left",
    ]);
  },
  2 * MINUTE,
);

it(
  "When the window has become narrower or wider the list takes the new width, and nothing is left of the old one",
  async () => {
    await show(100, 40);
    for (const [columns, counts] of [
      [40, "40 built, 3 failed, 48 waiting, ~4 min"],
      [120, "40 built, 3 failed, 9 running, 48 waiting, about 4 min left"],
      [50, "40 built, 3 failed, 48 waiting, ~4 min"],
      [100, "40 built, 3 failed, 9 running, 48 waiting, about 4 min left"],
    ] as const) {
      await terminal.resize(columns, 40);
      const lines = await terminal.until(
        (shown) => shown.at(-1) === counts && shown.slice(-10, -1).every((line) => RUNNING.test(line)),
      );
      expect(lines.slice(0, -10).join("\n")).not.toMatch(/building|waiting/);
    }
  },
  2 * MINUTE,
);

it(
  "An interrupt is told at once; at the end nothing is left of the list, and the cursor is back",
  async () => {
    await show(80, 24);
    await terminal.press("C-c");
    await terminal.until((lines) => lines.at(-1) === "interrupted: ending 9 builds…");
    await terminal.press("C-c");
    const lines = await terminal.until((shown) => shown.at(-1) === "exit 0");
    expect(lines.at(-2)).toBe("    │ make: no rule");
    expect(lines.join("\n")).not.toMatch(/building|waiting|interrupted/);
    expect(await terminal.isCursorShown()).toBe(true);
  },
  2 * MINUTE,
);
