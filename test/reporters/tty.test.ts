import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { RunEvent } from "../../src/model/run.ts";
import { createTtyReporter } from "../../src/reporters/tty.ts";
import { Screen } from "./screen.ts";
import { digestOf, ManualTime, MemoryStream, outputTo, planOf, resultOf } from "./world.ts";

/** A run on a terminal. `screen` is what it shows after the events so far. */
function onTerminal({ columns = 80, rows = 24, colour = false } = {}) {
  const stream = Object.assign(new MemoryStream(), { columns, rows });
  const time = new ManualTime();
  const report = createTtyReporter(outputTo(stream, time, colour));
  const screen = () => {
    const shown = new Screen(columns, rows);
    shown.write(stream.text);
    return shown;
  };
  return { stream, time, report, screen };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `image-${index + 1}`);

describe("the live list", () => {
  it("shows what runs, for how long and at which step, and counts the rest", () => {
    const { report, time, screen } = onTerminal();
    report({ kind: "planned", plan: planOf("base", "nvidia", "tool") });
    report({ kind: "phase", image: "base", phase: "building" });
    time.pass(1);
    report({ kind: "phase", image: "nvidia", phase: "building" });
    report({ kind: "step", image: "base", text: "[2/5] RUN apt-get update" });
    time.pass(1);
    report({ kind: "phase", image: "nvidia", phase: "pushing" });
    time.pass(0.16);
    expect(screen().lines).toEqual([
      "⠧ base    building    2.2 s  [2/5] RUN apt-get update",
      "⠧ nvidia  pushing     1.2 s",
      "2 running, 1 waiting",
    ]);
  });

  it("says that it is planning before there is a plan", () => {
    const { time, screen } = onTerminal();
    time.pass(0.1);
    expect(screen().lines).toEqual(["planning…"]);
  });

  it("prints what is finished above the list, once", () => {
    const { report, time, screen } = onTerminal();
    report({ kind: "planned", plan: planOf("base", "tool") });
    report({ kind: "phase", image: "base", phase: "building" });
    time.pass(0.16);
    report({ kind: "finished", image: "base", result: resultOf({ digest: digestOf("a") }) });
    report({ kind: "phase", image: "tool", phase: "building" });
    time.pass(8);
    expect(screen().lines).toEqual([
      "✔ base  built  4.2 s  sha256:aaaaaaaaaaaa",
      "⠹ tool  building    8.0 s",
      "1 built, 1 running, 0 waiting",
    ]);
  });

  it("shows why an image failed, the last 20 lines of its log and where the log is", () => {
    const { report, screen } = onTerminal();
    const logTail = Array.from({ length: 25 }, (_, index) => `line ${index + 1}`);
    const error = "RUN make failed with exit code 2\nMend the Dockerfile.";
    report({ kind: "planned", plan: planOf("base", "tool") });
    report({
      kind: "finished",
      image: "base",
      result: resultOf({ outcome: "failed", error, logTail, log: "/logs/base.log" }),
    });
    report({
      kind: "finished",
      image: "tool",
      result: resultOf({ outcome: "skipped", error: "needs base" }),
    });
    report.close();
    expect(screen().lines).toEqual([
      "✖ base  failed  4.2 s",
      "    RUN make failed with exit code 2",
      "    Mend the Dockerfile.",
      ...logTail.slice(5).map((line) => `    │ ${line}`),
      "    log: /logs/base.log",
      "- tool  skipped  needs base",
    ]);
  });

  it("says what an interrupt still waits for", () => {
    const { report, time, screen } = onTerminal();
    report({ kind: "planned", plan: planOf("a", "b", "c", "d") });
    for (const image of ["a", "b", "c"]) report({ kind: "phase", image, phase: "building" });
    report({ kind: "interrupted" });
    time.pass(0.1);
    expect(screen().lines.at(-1)).toBe("interrupted: ending 3 builds…");
    report({ kind: "finished", image: "a", result: resultOf({ outcome: "aborted", error: "ended" }) });
    report({ kind: "finished", image: "b", result: resultOf({ outcome: "aborted", error: "ended" }) });
    time.pass(0.1);
    expect(screen().lines.at(-1)).toBe("interrupted: ending 1 build…");
  });

  it("says that digests are written", () => {
    const { report, time, screen } = onTerminal();
    report({ kind: "rewriting" });
    time.pass(0.1);
    expect(screen().lines).toEqual(["writing the new digests…"]);
  });

  it.each([
    ["done", { kind: "done", result: { images: {}, references: [], notices: [] } }],
    ["closed", undefined],
  ] as const)("leaves nothing behind when it is %s: no line, no timer, no hidden cursor", (_, event) => {
    const { report, time, screen, stream } = onTerminal();
    report({ kind: "planned", plan: planOf("base") });
    report({ kind: "phase", image: "base", phase: "building" });
    time.pass(1);
    expect(screen()).toMatchObject({ isCursorShown: false });
    if (event !== undefined) report(event);
    report.close();
    report.close();
    const written = stream.text;
    time.pass(1);
    expect(screen()).toMatchObject({ lines: [], isCursorShown: true });
    expect([time.running, stream.text]).toEqual([0, written]);
  });
});

it("says how long the run still takes, where that is known", () => {
  const stream = new MemoryStream();
  const time = new ManualTime();
  const known: { seconds?: number } = {};
  const report = createTtyReporter({ ...outputTo(stream, time), secondsLeft: () => known.seconds });
  const last = () => {
    time.pass(0.08);
    const screen = new Screen(80, 24);
    screen.write(stream.text);
    return screen.lines.at(-1);
  };
  report({ kind: "planned", plan: planOf("base") });
  expect(last()).toBe("0 running, 1 waiting");
  known.seconds = 250;
  expect(last()).toBe("0 running, 1 waiting, about 4 min left");
  report.close();
});

describe("the live list on a small terminal", () => {
  it("shows 100 running images on 80 × 24 as far as there is room", () => {
    const { report, time, screen } = onTerminal();
    const images = names(120);
    report({ kind: "planned", plan: planOf(...images) });
    for (const image of images.slice(0, 100)) report({ kind: "phase", image, phase: "building" });
    time.pass(0.24);
    const { lines } = screen();
    expect(lines).toHaveLength(23);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^. image-21 {2}building/),
      "  … and 79 more",
      "100 running, 20 waiting",
    ]);
  });

  it("cuts a step at the width", () => {
    const { report, time, screen } = onTerminal({ columns: 40 });
    report({ kind: "phase", image: "base", phase: "building" });
    report({ kind: "step", image: "base", text: "[2/5] RUN apt-get update && apt-get install" });
    time.pass(0.08);
    expect(screen().lines[0]).toBe("⠙ base  building    0.1 s  [2/5] RUN a…");
  });

  it("takes the new size when the terminal is resized", () => {
    const { report, time, stream } = onTerminal();
    report({ kind: "planned", plan: planOf(...names(30)) });
    for (const image of names(30)) report({ kind: "phase", image, phase: "building" });
    time.pass(0.08);
    Object.assign(stream, { columns: 30, rows: 5, text: "" });
    time.pass(0.08);
    const drawn = stripVTControlCharacters(stream.text.slice(stream.text.lastIndexOf("\u001B[J"))).trimEnd();
    expect(drawn.split("\n")).toEqual([
      "⠹ image-1  building    0.2 s",
      "⠹ image-2  building    0.2 s",
      "  … and 28 more",
      "30 running, 0 waiting",
    ]);
  });
});

describe("the live list in a window that is made narrower and wider", () => {
  it("stands there once, whatever the terminal has wrapped anew, and what is finished stays", () => {
    const { report, time, stream } = onTerminal({ columns: 100, rows: 40 });
    const screen = new Screen(100, 40);
    const written = () => {
      screen.write(stream.text);
      stream.text = "";
      return screen.lines;
    };
    report({ kind: "planned", plan: planOf(...names(30)) });
    const error = "RUN make failed with exit code 2";
    report({ kind: "finished", image: "image-1", result: resultOf({ outcome: "failed", error }) });
    for (const image of names(10).slice(1)) {
      report({ kind: "phase", image, phase: "building" });
      report({ kind: "step", image, text: `[2/5] RUN ${"apt-get update; ".repeat(9)}` });
    }
    time.pass(0.08);
    written();
    for (const columns of [40, 90, 30, 29, 120, 60]) {
      Object.assign(stream, { columns });
      screen.resize(columns, 40);
      time.pass(0.08);
      const lines = written();
      expect(lines.filter((line) => line.includes("building"))).toHaveLength(9);
      expect(lines.filter((line) => line.includes("waiting"))).toHaveLength(1);
      expect(withoutBlanks(lines)).toContain(withoutBlanks([error]));
    }
    // The program is told later than the window is narrower.
    screen.resize(41, 40);
    time.pass(0.4);
    written();
    Object.assign(stream, { columns: 41 });
    time.pass(0.08);
    expect(written().filter((line) => line.includes("building"))).toHaveLength(9);
    Object.assign(stream, { columns: 20 });
    screen.resize(20, 40);
    report.close();
    expect(withoutBlanks(written()).endsWith(withoutBlanks([error]))).toBe(true);
  });
});

/** A row that is wrapped has lost the blanks at its end. */
function withoutBlanks(lines: readonly string[]): string {
  return lines.join("").replaceAll(" ", "");
}

describe("text from outside", () => {
  const hostile = "\u001B[2J\u001B]0;title\u0007\rRUN \u001B[31mred\u001B[0m\t\u202Etxt\u0000\nnext";

  it("cannot break out of its line of the list", () => {
    const { report, time, screen } = onTerminal();
    report({ kind: "phase", image: "base", phase: "building" });
    report({ kind: "step", image: "base", text: hostile });
    time.pass(0.08);
    expect(screen().lines[0]).toBe("⠙ base  building    0.1 s   RUN red \uFFFDtxt\uFFFD next");
  });

  it("cannot break out of its line of a log's end or an error", () => {
    const { report, screen } = onTerminal();
    const result = resultOf({ outcome: "failed", error: hostile, logTail: [hostile] });
    report({ kind: "finished", image: "base", result });
    report.close();
    expect(screen().lines).toEqual([
      "✖ base  failed  4.2 s",
      "     RUN red \uFFFDtxt\uFFFD",
      "    next",
      "    │  RUN red \uFFFDtxt\uFFFD next",
    ]);
  });
});

it("colours what it shows where the terminal can", () => {
  const { report, stream } = onTerminal({ colour: true });
  report({ kind: "finished", image: "base", result: resultOf() });
  expect(stream.text).toContain("\u001B[32m✔\u001B[39m \u001B[1mbase\u001B[22m  built  4.2 s\n");
});

const images = fc.constantFrom(...names(30));
const outcomes = fc.constantFrom("built", "reused", "failed", "skipped", "aborted");
const events: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("phase"),
    image: images,
    phase: fc.constantFrom("building", "pushing", "verifying"),
  }),
  fc.record({ kind: fc.constant("step"), image: images, text: fc.string({ maxLength: 120 }) }),
  fc.record({
    kind: fc.constant("finished"),
    image: images,
    result: outcomes.map((outcome) => resultOf({ outcome })),
  }),
  fc.constantFrom({ kind: "interrupted" }, { kind: "rewriting" }),
);

it("never leaves a trace of the list on the screen, whatever its size and whatever happens", () => {
  fc.assert(
    fc.property(
      fc.array(events, { maxLength: 60 }),
      fc.integer({ min: 2, max: 90 }),
      fc.integer({ min: 1, max: 12 }),
      (happening, columns, rows) => {
        const { report, time, screen } = onTerminal({ columns, rows });
        const finished: string[] = [];
        for (const event of happening) {
          report(event);
          if (event.kind === "finished") finished.push(event.image);
          time.pass(0.1);
        }
        report.close();
        const above = screen().lines.join("");
        expect(above.match(/[✔✖-] *i *m *a *g *e/g)?.length ?? 0).toBe(finished.length);
        expect(above).not.toMatch(/running|waiting|interrupted|writing|planning/);
      },
    ),
  );
});
