import { describe, expect, it } from "@jest/globals";
import type { RequestResult } from "../../src/model/request.ts";
import type { ImageResult, Notice, RunResult } from "../../src/model/run.ts";
import { createColours } from "../../src/reporters/colours.ts";
import { formatSummary } from "../../src/reporters/summary.ts";
import { digestOf, resultOf } from "./world.ts";

const [a, b, c] = [digestOf("a"), digestOf("b"), digestOf("c")];

function summaryOf(parts: Partial<RunResult>): readonly string[] {
  const result = { images: {}, references: [], notices: [], ...parts };
  return formatSummary(result, createColours(false)).split("\n");
}

const lastLines = (images: Readonly<Record<string, ImageResult>>, parts: Partial<RunResult> = {}) =>
  summaryOf({ images, ...parts }).filter((line) => line.startsWith("Next: "));

describe("the end of a run with requests", () => {
  const request = { branch: "b\u001B[1m", number: 7, url: "https://forge.example/7" };
  it.each<[RequestResult, readonly string[]]>([
    [{ ...request, action: "opened" }, ["b: opened request 7, https://forge.example/7"]],
    [
      { ...request, action: "updated", commit: "c", notices: ["it is not signed"] },
      ["b: brought up to date: request 7, https://forge.example/7", "  note: it is not signed."],
    ],
    [
      {
        branch: "b",
        action: "left-alone",
        foreign: [{ commit: "c".repeat(40), author: "x", subject: "y\nz" }],
      },
      [
        "b: left alone, because it has commits of others (--on-foreign-commits append adds to them):",
        "  cccccccccccc x: y z",
      ],
    ],
  ])("says what became of each branch: %j", (result, expected) => {
    expect(summaryOf({ requests: [result] })).toEqual([...expected, ""]);
  });
});

describe("the end of a run that was committed", () => {
  it("shows images, digests, pins by file, the commit and how to go on", () => {
    const change = { image: "base", from: a, to: b };
    expect(
      summaryOf({
        images: {
          nvidia: resultOf({ digest: c, previous: c, seconds: 83 }),
          base: resultOf({ digest: b, previous: a }),
          tool: resultOf({ digest: a, outcome: "reused", seconds: 0.2 }),
        },
        references: [
          { ...change, file: "docs/a.md", line: 12 },
          { ...change, file: ".ci.yml", line: 3, image: "tool" },
          { ...change, file: "docs/a.md", line: 4 },
          { ...change, file: "docs/a.md", line: 4 },
        ],
        commit: "0123456789abcdef0123456789abcdef01234567",
      }),
    ).toEqual([
      "IMAGE   OUTCOME  DIGEST                                     TIME",
      "base    built    sha256:aaaaaaaaaaaa → sha256:bbbbbbbbbbbb  4.2 s",
      "nvidia  built    sha256:cccccccccccc (unchanged)            1 min 23 s",
      "tool    reused   sha256:aaaaaaaaaaaa (new)                  0.2 s",
      "",
      "2 built, 1 reused.",
      "",
      "4 pins in 2 files:",
      "  .ci.yml  tool (line 3)",
      "  docs/a.md  base (lines 4, 12)",
      "",
      "Committed as 0123456789ab.",
      "",
      "Next: `git push`.",
      "",
    ]);
  });
});

describe("sizes", () => {
  it("are a column of their own, with what changed and, where there are several, the platforms", () => {
    const amd64 = { "linux/amd64": { bytes: 45_200_000, previous: 46_000_000 } };
    const both = { "linux/arm64": { bytes: 2000 }, ...amd64 };
    expect(
      summaryOf({
        images: {
          app: resultOf({ digest: b, sizes: amd64 }),
          base: resultOf({ digest: b, sizes: both }),
          grown: resultOf({ digest: b, sizes: { "linux/amd64": { bytes: 1500, previous: 1400 } } }),
          same: resultOf({ digest: b, sizes: { "linux/amd64": { bytes: 7, previous: 7 } } }),
          unknown: resultOf({ digest: b }),
        },
      }).slice(0, 6),
    ).toEqual([
      "IMAGE    OUTCOME  DIGEST                     TIME   SIZE",
      "app      built    sha256:bbbbbbbbbbbb (new)  4.2 s  45.2 MB (-800 kB)",
      "base     built    sha256:bbbbbbbbbbbb (new)  4.2 s  linux/amd64 45.2 MB (-800 kB), linux/arm64 2 kB",
      "grown    built    sha256:bbbbbbbbbbbb (new)  4.2 s  1.5 kB (+100 B)",
      "same     built    sha256:bbbbbbbbbbbb (new)  4.2 s  7 B",
      "unknown  built    sha256:bbbbbbbbbbbb (new)  4.2 s",
    ]);
  });

  it("that are not known are told of, with the reason", () => {
    const notice = { kind: "no-sizes", images: ["base", "tool"], why: "r.example answered 500." } as const;
    expect(summaryOf({ notices: [notice] })).toContain(
      "note: the sizes of base and tool are not known: r.example answered 500.",
    );
  });
});

describe("the end of a run with failures", () => {
  it("says which failed and why, and where the log is", () => {
    expect(
      summaryOf({
        images: {
          base: resultOf({ outcome: "failed", error: "RUN make failed\nMend it.", log: "/logs/base.log" }),
          tool: resultOf({ outcome: "skipped", seconds: 0, error: "needs base" }),
        },
      }),
    ).toEqual([
      "IMAGE  OUTCOME  DIGEST  TIME",
      "base   failed           4.2 s",
      "tool   skipped",
      "",
      "1 failed, 1 skipped.",
      "",
      "failed: base: RUN make failed",
      "  log: /logs/base.log",
      "",
      "Next: fix what failed and run the same command again; what was pushed is kept.",
      "",
    ]);
  });
});

describe("the end of a run without images", () => {
  it("says that there was nothing to do", () => {
    expect(summaryOf({})).toEqual(["Nothing to do.", ""]);
  });

  it("says which pins were written", () => {
    expect(summaryOf({ references: [{ file: "a.md", line: 1, image: "base", from: a, to: b }] })).toEqual([
      "1 pin in 1 file:",
      "  a.md  base (line 1)",
      "",
      "Next: look at the changes with `git diff`, and commit them.",
      "",
    ]);
  });
});

describe("what to do next", () => {
  const pushed = resultOf({ digest: b, previous: a });
  const failed = resultOf({ outcome: "failed" });

  it("is to commit what was written and not committed", () => {
    const commit = ["Next: look at the changes with `git diff`, and commit them."];
    expect(lastLines({ base: pushed })).toEqual(commit);
    expect(lastLines({ base: resultOf({ digest: a }) })).toEqual(commit);
    expect(lastLines({}, { notices: [{ kind: "not-committed", why: "a merge is going on" }] })).toEqual(
      commit,
    );
  });

  it("is nothing when no digest is new", () => {
    expect(lastLines({ base: resultOf({ digest: a, previous: a }) })).toEqual([]);
  });

  it("is not to commit when a failure kept the files as they were", () => {
    expect(lastLines({ base: pushed, tool: failed })).toEqual([
      "Next: fix what failed and run the same command again; what was pushed is kept.",
    ]);
  });

  it("is to push the commit of what succeeded and to mend what failed", () => {
    expect(lastLines({ base: pushed, tool: failed }, { commit: "0123456789ab" })).toEqual([
      "Next: `git push`.",
      "Next: fix what failed and run the same command again; what was pushed is kept.",
    ]);
  });

  it("is to run again after an interrupt", () => {
    expect(lastLines({ base: pushed, tool: resultOf({ outcome: "aborted" }) })).toEqual([
      "Next: run the same command again; what was pushed is kept.",
    ]);
  });

  it("is to push where nothing was pushed", () => {
    expect(lastLines({ base: resultOf() }, { notices: [{ kind: "not-pushed" }] })).toEqual([
      "Next: run the same command without `--no-push` to push the images and to write their digests.",
    ]);
  });

  it("is to push the commit alone where all was found in the registry, and nothing where it is proposed", () => {
    const reused = { base: resultOf({ digest: b, previous: a, outcome: "reused", pushed: false }) };
    expect(lastLines(reused, { commit: "0123456789ab" })).toEqual(["Next: `git push`."]);
    expect(
      lastLines(reused, { commit: "0123456789ab", requests: [{ branch: "b", action: "opened" }] }),
    ).toEqual([]);
  });
});

const notices: readonly (readonly [Notice, string])[] = [
  [
    { kind: "not-committed", why: "a merge is going on" },
    "the changes are in the working tree and not committed: a merge is going on.",
  ],
  [
    { kind: "untracked-dockerfile", file: "new.Dockerfile", image: "new" },
    "git does not track new.Dockerfile yet: its digests were written, but not committed. Add it with `git add`.",
  ],
  [
    { kind: "unpinned", file: "a.Dockerfile", line: 3, image: "base", reference: "acme/base:latest" },
    "a.Dockerfile:3 names acme/base:latest without a digest: the build got it, the file is left as it is (`manage-images pin` would add it).",
  ],
  [
    { kind: "left-stale", images: ["a", "b", "c"] },
    "left stale, because they depend on what was built and were not selected: a, b and c.",
  ],
  [{ kind: "not-pushed" }, "nothing was pushed, so there is no digest to be written."],
  [
    { kind: "no-digest", images: ["base"] },
    "the lockfile has no digest of base: build with `--image` first, then there is one to be written.",
  ],
  [{ kind: "skipped-file", file: "a.bin", why: "it is binary" }, "a.bin was left as it is: it is binary."],
];

it.each(notices)("explains the notice %j", (notice, sentence) => {
  expect(summaryOf({ notices: [notice] })).toContain(`note: ${sentence}`);
});
