/** Whatever a Dockerfile looks like that BuildKit would take, the linter comes to an end, and finds things where lines are. */
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { readDockerfile } from "../../src/dockerfile/read-dockerfile.ts";
import { findViolations } from "../../src/lint/find-violations.ts";
import { positionsIn } from "../../src/references/positions.ts";
import { lintedWith } from "./linted-with.ts";

/** Beginnings of instructions, and what may stand behind them. */
const STARTS = [
  ...[
    "FROM a",
    "FROM a AS b",
    "FROM $A",
    "RUN ",
    "run apt-get install x ",
    "RUN apt-get update && ",
    "COPY . .",
    "COPY <<A <<B /x",
  ],
  ...[
    "ENV A=1 TOKEN=x",
    "ENV PASSWORD a b",
    "ARG KEY",
    "ARG A B=c ",
    "USER 0",
    "EXPOSE 80",
    "CMD ['a']",
    "LABEL a=b ",
  ],
  ...[
    "HEALTHCHECK --interval=1",
    "ONBUILD RUN a",
    'SHELL ["a"]',
    "STOPSIGNAL x",
    "VOLUME ",
    "# manage-images: lint-ignore x",
  ],
  ...[
    "RUN <<EOF",
    "RUN <<EOF bash -o pipefail",
    "EOF",
    "A",
    "B",
    "MAINTAINER ",
    "WORKDIR ",
    "RUN --mount=type=cache,target=/var/lib/apt ",
  ],
];
const ENDS = [
  "",
  "",
  "",
  " \\",
  " && x",
  " # y",
  " ${A:-b}",
  " ${",
  " ${}",
  ' "',
  " '",
  " $(",
  " ä",
  "\t",
  "\r",
  " \u0000",
  " <<",
  " \\\\",
];

it("survives everything", () => {
  const line = fc.tuple(fc.constantFrom(...STARTS), fc.constantFrom(...ENDS)).map((parts) => parts.join(""));
  const file = fc.array(line, { maxLength: 12 }).map((lines) => ["ARG A=x", "FROM a", ...lines].join("\n"));
  let judged = 0;
  fc.assert(
    fc.property(file, (text) => {
      const input = {
        file: "Dockerfile",
        bytes: Buffer.from(text, "latin1"),
        args: {},
        platform: "linux/amd64",
        contexts: [],
      };
      if (readDockerfile(input).problems.length > 0) return;
      judged += 1;
      const linted = lintedWith(text);
      for (const place of findViolations(linted, (at) => positionsIn(linted.bytes)(at))) {
        expect(place.line).toBeLessThanOrEqual(text.split("\n").length);
        expect(Math.min(place.line, place.column)).toBeGreaterThanOrEqual(1);
      }
    }),
    { seed: 20261121, numRuns: 1000 },
  );
  expect(judged).toBeGreaterThan(100);
});
