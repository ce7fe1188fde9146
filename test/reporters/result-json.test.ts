import { expect, it } from "@jest/globals";
import type { RunResult } from "../../src/model/run.ts";
import { formatResultJson } from "../../src/reporters/result-json.ts";
import { digestOf, resultOf } from "./world.ts";

const [a, b] = [digestOf("a"), digestOf("b")];
const change = { line: 3, image: "base", from: a, to: b };

it("has the images by name, the references by place, the notices and the commit", () => {
  const text = formatResultJson({
    images: {
      tool: resultOf({
        outcome: "failed",
        error: "RUN make failed",
        log: "/logs/tool.log",
        logTail: ["make: ***"],
      }),
      base: resultOf({
        digest: b,
        previous: a,
        seconds: 0.1 + 0.2,
        sizes: { "linux/arm64": { bytes: 5 }, "linux/amd64": { bytes: 7, previous: 8 } },
      }),
    },
    references: [
      { ...change, file: "b.md" },
      { ...change, file: "a.md", line: 20 },
      { ...change, file: "a.md" },
    ],
    notices: [{ kind: "not-pushed" }],
    commit: "0123456789abcdef",
  });
  expect(text).toBe(
    `${JSON.stringify(
      {
        images: {
          base: {
            outcome: "built",
            digest: b,
            previous: a,
            sizes: { "linux/amd64": { bytes: 7, previous: 8 }, "linux/arm64": { bytes: 5 } },
            seconds: 0.3,
            pushed: true,
          },
          tool: {
            outcome: "failed",
            seconds: 4.2,
            pushed: false,
            error: "RUN make failed",
            log: "/logs/tool.log",
          },
        },
        references: [
          { file: "a.md", line: 3, image: "base", from: a, to: b },
          { file: "a.md", line: 20, image: "base", from: a, to: b },
          { file: "b.md", line: 3, image: "base", from: a, to: b },
        ],
        notices: [{ kind: "not-pushed" }],
        commit: "0123456789abcdef",
      },
      undefined,
      2,
    )}\n`,
  );
});

it("is the same text whichever image was finished first", () => {
  const [first, second] = [resultOf({ digest: a }), resultOf({ digest: b })];
  const rest: Omit<RunResult, "images"> = { references: [], notices: [] };
  const text = formatResultJson({ ...rest, images: { base: first, tool: second } });
  expect(formatResultJson({ ...rest, images: { tool: second, base: first } })).toBe(text);
  expect(JSON.parse(text)).not.toHaveProperty("commit");
});
