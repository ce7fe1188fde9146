import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { hasColour } from "../../src/cli/has-colour.ts";
import { kindOf } from "../../src/cli/reporting.ts";
import type { Terminal, TextOutput } from "../../src/cli/terminal.ts";

type Environment = Readonly<Record<string, string>>;

function output(facts: Pick<TextOutput, "isTTY" | "columns">): TextOutput {
  return Object.assign(new PassThrough(), facts);
}

const TERMINAL = output({ isTTY: true, columns: 80 });
const FILE = output({});

describe("colours", () => {
  it.each<[what: string, stream: TextOutput, environment: Environment, expected: boolean]>([
    ["are on a terminal", TERMINAL, {}, true],
    ["are in no file", FILE, {}, false],
    ["are not on a terminal that cannot", TERMINAL, { TERM: "dumb" }, false],
    ["are not where nobody wants them", TERMINAL, { NO_COLOR: "1" }, false],
    ["are on a terminal where NO_COLOR is empty", TERMINAL, { NO_COLOR: "" }, true],
    ["are in a file where somebody wants them", FILE, { FORCE_COLOR: "1" }, true],
    ["are not where FORCE_COLOR says so", TERMINAL, { FORCE_COLOR: "0" }, false],
    ["are not where both are said", FILE, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ])("%s", (_, stream, environment, expected) => {
    expect(hasColour(stream, environment)).toBe(expected);
  });
});

describe("progress", () => {
  const terminal = (stderr: TextOutput, environment: Environment): Terminal => ({
    ...{ arguments: [], directory: "/", environment, stdout: FILE, stderr },
    interrupt: new AbortController().signal,
  });

  it.each<[what: string, stderr: TextOutput, environment: Environment, expected: string]>([
    ["is a list on a terminal", TERMINAL, {}, "tty"],
    ["is lines in a file", FILE, {}, "plain"],
    ["is lines in CI", TERMINAL, { CI: "true" }, "plain"],
    ["is lines on a terminal that cannot move its cursor", TERMINAL, { TERM: "dumb" }, "plain"],
    ["is lines on a terminal that does not know its size", output({ isTTY: true, columns: 0 }), {}, "plain"],
  ])("%s", (_, stderr, environment, expected) => {
    expect(kindOf(terminal(stderr, environment), "auto")).toBe(expected);
    expect(kindOf(terminal(stderr, environment), "quiet")).toBe("quiet");
  });
});
