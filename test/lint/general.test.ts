/** The general rules, held against BuildKit: what it takes must not be called invalid, and what is called so it refuses. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { general } from "../../src/lint/rules/general.ts";
import { REFUSED, startBuildKit, type BuildKit } from "../dockerfile/buildkit.ts";
import { CASES } from "../dockerfile/cases.ts";
import { REACH_CASES } from "../dockerfile/reach-cases.ts";
import { lintedWith } from "./linted-with.ts";

const INVALID = [
  "EXPOSE 80/tpc",
  "EXPOSE 8o",
  "HEALTHCHECK --interval=30 CMD x",
  "HEALTHCHECK --timeout=1x CMD x",
  "HEALTHCHECK --interval=1us CMD x",
  "HEALTHCHECK CMD",
  "HEALTHCHECK RUN x",
  "ENV A",
  "COPY a",
  "SHELL bash",
  "WORKDIR",
];

const BUILT = [
  ...CASES.filter(({ refused }) => refused === undefined),
  ...REACH_CASES.map((each) => ({ ...each, dockerfile: `FROM scratch\n${each.dockerfile}` })),
];

describe("what BuildKit builds is not called invalid:", () => {
  it.each(BUILT)("$title", ({ dockerfile }) => {
    const found = general(lintedWith(dockerfile));
    expect(found.filter(({ rule }) => rule === "invalid-instruction")).toEqual([]);
  });
});

describe("what is called invalid BuildKit refuses:", () => {
  let buildKit: BuildKit;
  beforeAll(async () => {
    buildKit = await startBuildKit();
  }, 120_000);
  afterAll(() => buildKit.stop(), 60_000);

  it.each(INVALID)(
    "%s",
    async (line) => {
      const dockerfile = `FROM busybox:1.36\n${line}\n`;
      expect(general(lintedWith(dockerfile)).map(({ rule }) => rule)).toEqual(["invalid-instruction"]);
      expect((await buildKit.build(dockerfile, { a: "a" })).error).toMatch(REFUSED);
    },
    60_000,
  );
});
