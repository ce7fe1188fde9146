import { describe, expect, it } from "@jest/globals";
import { readProgress } from "../../../src/adapters/buildx/read-progress.ts";
import { PlainLog } from "../../../src/adapters/buildkit/plain-log.ts";

const STARTED = "2026-01-01T00:00:00.5Z";
const STEP = { digest: "sha256:a", name: "[1/2] RUN make", started: STARTED };
const LOG = {
  vertex: "sha256:a",
  data: Buffer.from("ok\n").toString("base64"),
  timestamp: "2026-01-01T00:00:01Z",
};
const REPORTS = [
  { vertexes: [STEP] },
  { logs: [LOG] },
  { warnings: [{ vertex: "sha256:a", level: 1, short: Buffer.from("old").toString("base64") }] },
  { vertexes: [{ ...STEP, completed: "2026-01-01T00:00:02Z" }] },
];

describe("buildx's progress", () => {
  it.each([
    ["one line for each report", (report: object) => JSON.stringify(report)],
    ["reports over several lines", (report: object) => JSON.stringify(report, undefined, 2)],
  ])("is the log that an engine's is: %s", (_, format) => {
    const text = ["WARNING: of buildx's own", ...REPORTS.map(format), "ERROR: failed", "{ no report }"];
    const lines: string[] = [];
    const steps: string[] = [];
    const log = new PlainLog({ log: (line) => lines.push(line), step: (step) => steps.push(step) });
    const take = readProgress({
      take: (status) => {
        log.take(status);
      },
      text: (line) => lines.push(line),
    });
    for (const line of text.join("\n").split("\n")) take(line);
    expect(steps).toEqual(["[1/2] RUN make"]);
    expect(lines).toEqual([
      "WARNING: of buildx's own",
      "#1 [1/2] RUN make",
      "#1 0.500 ok",
      "#1 WARNING: old",
      "#1 DONE 1.5s",
      "ERROR: failed",
      "{ no report }",
    ]);
  });
});
