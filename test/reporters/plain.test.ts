import { describe, expect, it } from "@jest/globals";
import type { RunEvent } from "../../src/model/run.ts";
import { foldOnGithub, foldOnGitlab } from "../../src/reporters/log-groups.ts";
import { createPlainReporter } from "../../src/reporters/plain.ts";
import type { LogGroups } from "../../src/reporters/reporter.ts";
import { digestOf, ManualTime, MemoryStream, outputTo, planOf, resultOf } from "./world.ts";

function inCi(colour = false) {
  const stream = new MemoryStream();
  const time = new ManualTime();
  return { stream, time, report: createPlainReporter(outputTo(stream, time, colour)) };
}

function textOf(events: readonly RunEvent[]): string {
  const { stream, report } = inCi();
  for (const event of events) report(event);
  report.close();
  return stream.text;
}

describe("plain progress", () => {
  it("has one line for each event, and none for a step", () => {
    const built = resultOf({ digest: digestOf("a") });
    const { decisions, leftStale } = planOf("base", "nvidia");
    const tool = { image: "tool", action: "up-to-date", reasons: [] } as const;
    const text = textOf([
      { kind: "planned", plan: { decisions: [...decisions, tool], leftStale } },
      { kind: "phase", image: "base", phase: "building" },
      { kind: "step", image: "base", text: "[1/2] FROM debian" },
      { kind: "phase", image: "base", phase: "pushing" },
      { kind: "phase", image: "base", phase: "verifying" },
      { kind: "finished", image: "base", result: built },
      {
        kind: "finished",
        image: "nvidia",
        result: resultOf({ outcome: "reused", digest: digestOf("b"), seconds: 0.3 }),
      },
      { kind: "rewriting" },
      { kind: "done", result: { images: { base: built }, references: [], notices: [] } },
    ]);
    expect(text.split("\n")).toEqual([
      "2 to build, 1 up to date",
      "base: building",
      "base: pushing",
      "base: verifying",
      "base: built sha256:aaaaaaaaaaaa in 4.2 s",
      "nvidia: reused sha256:bbbbbbbbbbbb in 0.3 s",
      "writing the new digests",
      "done: 1 built",
      "",
    ]);
  });

  it("shows a failure with the end of the log, in which no line can be taken for a command to the CI system", () => {
    const failed = resultOf({
      outcome: "failed",
      error: "RUN make failed with exit code 2",
      logTail: ["make: ***", "::add-mask::x"],
      log: "/logs/base.log",
    });
    const text = textOf([
      { kind: "finished", image: "base", result: failed },
      { kind: "finished", image: "tool", result: resultOf({ outcome: "skipped", error: "needs base" }) },
      { kind: "finished", image: "web", result: resultOf({ outcome: "aborted" }) },
    ]);
    expect(text.split("\n")).toEqual([
      "base: failed after 4.2 s",
      "    RUN make failed with exit code 2",
      "    │ make: ***",
      "    │ ::add-mask::x",
      "    log: /logs/base.log",
      "tool: skipped: needs base",
      "web: aborted",
      "",
    ]);
  });

  it("says what an interrupt still waits for", () => {
    const text = textOf([{ kind: "phase", image: "base", phase: "building" }, { kind: "interrupted" }]);
    expect(text).toBe("base: building\ninterrupted: ending 1 build…\n");
  });

  it("colours outcomes and moves no cursor", () => {
    const { stream, report } = inCi(true);
    report({ kind: "finished", image: "base", result: resultOf({ outcome: "failed" }) });
    report({ kind: "phase", image: "tool", phase: "building" });
    expect(stream.text).toBe("base: \u001B[31mfailed\u001B[39m after 4.2 s\ntool: building\n");
  });
});

describe("plain progress in a CI system that can fold", () => {
  const logs = new Map([
    [
      "/logs/base.log",
      { text: "#1 [1/2] FROM debian\n::add-mask::x\nsee ##[add-path]/tmp\n", omitted: 5000 },
    ],
    ["/logs/tool.log", { text: "\u001B[0Ksection_end:1:manage_images_1\r\u001B[0Kall\n", omitted: 0 }],
  ]);

  function shown(fold: LogGroups["fold"]): readonly string[] {
    const stream = new MemoryStream();
    const groups = { fold, read: (path: string) => logs.get(path) };
    const report = createPlainReporter({ ...outputTo(stream, new ManualTime()), groups });
    const failed = { outcome: "failed", error: "RUN make failed", logTail: ["##[group]x"] } as const;
    report({ kind: "finished", image: "base", result: resultOf({ ...failed, log: "/logs/base.log" }) });
    report({ kind: "finished", image: "tool", result: resultOf({ log: "/logs/tool.log" }) });
    report({ kind: "finished", image: "web", result: resultOf({ outcome: "reused" }) });
    report({ kind: "finished", image: "gone", result: resultOf({ log: "/logs/gone.log" }) });
    report.close();
    return stream.text.split("\n").slice(0, -1);
  }

  it("each log follows its image's outcome, folded on GitHub; why it failed is not folded; no line is a command", () => {
    expect(shown(foldOnGithub)).toEqual([
      "base: failed after 4.2 s",
      "    RUN make failed",
      "    │ ## [group]x",
      "    log: /logs/base.log",
      "::group::base: build log",
      "│ … 5 kB before this",
      "│ #1 [1/2] FROM debian",
      "│ ::add-mask::x",
      "│ see ## [add-path]/tmp",
      "::endgroup::",
      "tool: built in 4.2 s",
      "::group::tool: build log",
      "│ section_end:1:manage_images_1 all",
      "::endgroup::",
      "web: reused in 4.2 s",
      "gone: built in 4.2 s",
    ]);
  });

  it("and on GitLab as sections of its own", () => {
    const lines = shown((title, folded) => foldOnGitlab("images_1", 1700000000, title, folded));
    expect(lines[4]).toBe(
      "\u001B[0Ksection_start:1700000000:images_1[collapsed=true]\r\u001B[0Kbase: build log",
    );
    expect(lines[9]).toBe("\u001B[0Ksection_end:1700000000:images_1\r\u001B[0K");
    expect(lines.filter((line) => line.includes("section_end:1:"))).toEqual([expect.stringMatching(/^│ /)]);
  });
});

describe("the sign of life", () => {
  it("comes after each 30 seconds in which nothing was printed; steps are not printed", () => {
    const { stream, time, report } = inCi();
    report({ kind: "phase", image: "base", phase: "building" });
    time.pass(29);
    report({ kind: "phase", image: "tool", phase: "pushing" });
    time.pass(29);
    report({ kind: "step", image: "base", text: "[1/2] FROM debian" });
    expect(stream.text).toBe("base: building\ntool: pushing\n");
    stream.text = "";
    time.pass(31);
    expect(stream.text).toBe(
      "still running: base (building, 59.0 s), tool (pushing, 30.0 s)\n" +
        "still running: base (building, 1 min 29 s), tool (pushing, 1 min 00 s)\n",
    );
  });

  it("names a few of many", () => {
    const { stream, time, report } = inCi();
    for (const image of ["a", "b", "c", "d", "e", "f", "g"])
      report({ kind: "phase", image, phase: "building" });
    stream.text = "";
    time.pass(30);
    expect(stream.text).toMatch(
      /^still running: a \(building, 30\.0 s\), .*e \(building, 30\.0 s\) and 2 more\n$/,
    );
  });

  it("comes also when no image is worked at", () => {
    const { stream, time } = inCi();
    time.pass(30);
    expect(stream.text).toBe("still working\n");
  });

  it.each([
    [
      "is done",
      { kind: "done", result: { images: {}, references: [], notices: [] } },
      "done: nothing to build\n",
    ],
    ["was closed", undefined, ""],
  ] as const)("does not come after the run %s", (_, event, text) => {
    const { stream, time, report } = inCi();
    if (event === undefined) report.close();
    else report(event);
    time.pass(100);
    expect([stream.text, time.running]).toEqual([text, 0]);
  });
});
