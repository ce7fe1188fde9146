import { expect, it } from "@jest/globals";
import type { Options } from "yargs";
import { graphOptions } from "../../src/cli/graph-options.ts";
import { commonOptions, runOptions } from "../../src/cli/options.ts";
import { BIN } from "../support/manage-images.ts";
import { openTmux } from "../support/tmux.ts";

const MINUTE = 60_000;

it.each([60, 80, 100, 120])(
  "--help fits into %d columns and breaks no word",
  async (columns) => {
    for (const [command, options] of [
      [[], { ...commonOptions, ...runOptions }],
      [["graph"], graphOptions],
    ] as const) {
      const terminal = await openTmux({ columns, rows: 50 }, [process.execPath, BIN, ...command, "--help"], {
        folder: process.cwd(),
      });
      try {
        await terminal.until((shown) => shown.at(-1) === "exit 0");
        const lines = await terminal.capture(true);
        // A type may stand right behind a word.
        const words = lines.join("\n").replaceAll("[", " [").split(/\s+/);
        const described = describes(options).flatMap((text) => text.split(" "));
        expect(described.filter((word) => !words.includes(word))).toEqual([]);
        // A line that is too wide would have been wrapped by the terminal, in the middle of a word or before a type.
        expect(lines.filter((line) => /^(?:\[|\w+\])/.test(line))).toEqual([]);
      } finally {
        await terminal.close();
      }
    }
  },
  MINUTE,
);

function describes(options: Readonly<Record<string, Options>>): readonly string[] {
  return Object.values(options).map(({ describe = "" }) => describe);
}
