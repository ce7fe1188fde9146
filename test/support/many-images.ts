/**
 * A program that shows a run of a hundred images by the real reporter, in the terminal that it is started in: forty are done,
 * three have failed, nine are being built, the rest waits. The first interrupt is told, the second ends it.
 */
import { once } from "node:events";
import { openReporter } from "../../src/cli/reporting.ts";
import type { ImageResult, RunEvent } from "../../src/model/run.ts";

const interrupt = new AbortController();
process.once("SIGINT", () => {
  interrupt.abort();
});
const names = Array.from({ length: 100 }, (_, index) => `team-${index % 7}/image-with-a-long-name-${index}`);
const { stdin, stdout, stderr, env } = process;
const terminal = {
  ...{ arguments: [], directory: process.cwd(), environment: env, stdin, stdout, stderr },
  interrupt: interrupt.signal,
};
const report = await openReporter(terminal, "auto", { secondsLeft: () => 250 });
const result = (outcome: ImageResult["outcome"]): ImageResult => ({
  ...{ outcome, seconds: 4.2, pushed: outcome === "built" },
  ...(outcome === "failed" ? { error: "RUN make failed with exit code 2", logTail: ["make: no rule"] } : {}),
});
const events: readonly RunEvent[] = [
  {
    kind: "planned",
    plan: {
      decisions: names.map((image) => ({ image, action: "build", reasons: [{ why: "forced" }] })),
      leftStale: [],
    },
  },
  ...names.slice(0, 40).map((image): RunEvent => ({ kind: "finished", image, result: result("built") })),
  ...names.slice(40, 43).map((image): RunEvent => ({ kind: "finished", image, result: result("failed") })),
  ...names.slice(43, 52).flatMap((image): readonly RunEvent[] => [
    { kind: "phase", image, phase: "building" },
    { kind: "step", image, text: "[2/5] RUN apt-get update && apt-get install --yes build-essential" },
  ]),
];
for (const event of events) report(event);
const alive = setInterval(() => undefined, 1000);
await once(interrupt.signal, "abort");
await once(process, "SIGINT");
clearInterval(alive);
report({ kind: "done", result: { images: {}, references: [], notices: [] } });
report.close();
