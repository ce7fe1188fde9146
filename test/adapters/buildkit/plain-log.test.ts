import { beforeEach, expect, it } from "@jest/globals";
import type { StatusResponse, Timestamp, Vertex } from "../../../src/adapters/buildkit/messages.ts";
import { PlainLog } from "../../../src/adapters/buildkit/plain-log.ts";

let lines: string[];
let steps: string[];
let log: PlainLog;
beforeEach(() => {
  lines = [];
  steps = [];
  log = new PlainLog({ log: (line) => lines.push(line), step: (text) => steps.push(text) });
});

const at = (seconds: number): Timestamp => ({
  seconds: 1000 + Math.floor(seconds),
  nanos: (seconds % 1) * 1e9,
});
const vertex = (name: string, rest: Partial<Vertex> = {}): Vertex => {
  return { digest: name, name, cached: false, started: at(0), completed: null, error: "", ...rest };
};
const output = (name: string, text: string | Uint8Array, seconds = 0.5) => {
  return { vertex: name, timestamp: at(seconds), msg: Buffer.from(text) };
};
const report = (rest: Partial<StatusResponse>): StatusResponse => {
  return { vertexes: [], statuses: [], logs: [], warnings: [], ...rest };
};

it("steps are numbered in the order in which they start, and timed", () => {
  log.take(report({ vertexes: [vertex("later", { started: null }), vertex("first")] }));
  log.take(report({ vertexes: [vertex("later")], logs: [output("first", "hello\n", 1.25)] }));
  log.take(
    report({
      vertexes: [vertex("first", { completed: at(2) }), vertex("later", { cached: true, completed: at(0) })],
    }),
  );
  expect(lines).toEqual(["#1 first", "#2 later", "#1 1.250 hello", "#1 DONE 2.0s", "#2 CACHED"]);
  expect(steps).toEqual(["first", "later"]);
});

it("output is cut into lines wherever the messages were cut", () => {
  const bytes = Buffer.from("grüße\nnext");
  log.take(
    report({
      vertexes: [vertex("step")],
      logs: [output("step", bytes.subarray(0, 3)), output("step", bytes.subarray(3))],
    }),
  );
  log.take(report({ vertexes: [vertex("step", { completed: at(1) })] }));
  expect(lines).toEqual(["#1 step", "#1 0.500 grüße", "#1 0.500 next", "#1 DONE 1.0s"]);
});

it("of a progress bar the last state is kept", () => {
  log.take(report({ vertexes: [vertex("step")], logs: [output("step", "10%\r50%\r100%\r\n")] }));
  expect(lines).toContain("#1 0.500 100%");
});

it("what BuildKit repeats is written once", () => {
  const done = { ID: "sha256:abc", vertex: "step", completed: at(1) };
  const messages = report({ vertexes: [vertex("step", { completed: at(1) })], statuses: [done] });
  log.take(messages);
  log.take(messages);
  expect(lines).toEqual(["#1 step", "#1 sha256:abc done", "#1 DONE 1.0s"]);
});

it("the step that failed is told from those that were ended for it", () => {
  const ended = vertex("neighbour", {
    completed: at(1),
    error: "process did not complete: context canceled",
  });
  log.take(report({ vertexes: [ended, vertex("guilty", { completed: at(1), error: "exit code: 1" })] }));
  expect(lines).toEqual(["#1 neighbour", "#2 guilty", "#1 CANCELED", "#2 ERROR: exit code: 1"]);
  expect(log.failedStep).toBe("guilty");
});

it("warnings are part of the log", () => {
  log.take(
    report({ vertexes: [vertex("step")], warnings: [{ vertex: "step", short: Buffer.from("careful") }] }),
  );
  expect(lines).toContain("#1 WARNING: careful");
});
