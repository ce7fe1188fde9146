import { expect, it } from "@jest/globals";
import { createQuietReporter } from "../../src/reporters/quiet.ts";
import { ManualTime, MemoryStream, outputTo, planOf, resultOf } from "./world.ts";

it("shows failures and the end, and nothing else", () => {
  const stream = new MemoryStream();
  const time = new ManualTime();
  const report = createQuietReporter(outputTo(stream, time));
  const images = {
    base: resultOf(),
    tool: resultOf({
      outcome: "failed",
      error: "RUN make failed",
      logTail: ["make: ***"],
      log: "/logs/tool.log",
    }),
    web: resultOf({ outcome: "skipped", error: "needs tool" }),
  };
  report({ kind: "planned", plan: planOf(...Object.keys(images)) });
  report({ kind: "phase", image: "base", phase: "building" });
  report({ kind: "step", image: "base", text: "[1/2] FROM debian" });
  for (const [image, result] of Object.entries(images)) report({ kind: "finished", image, result });
  time.pass(100);
  report({ kind: "interrupted" });
  report({ kind: "rewriting" });
  report({ kind: "done", result: { images, references: [], notices: [] } });
  report.close();
  expect(stream.text.split("\n")).toEqual([
    "tool: failed",
    "    RUN make failed",
    "    │ make: ***",
    "    log: /logs/tool.log",
    "1 built, 1 failed, 1 skipped",
    "",
  ]);
});
