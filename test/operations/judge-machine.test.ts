import { describe, expect, it } from "@jest/globals";
import type { Diagnosis, EngineFacts, GitFacts } from "../../src/model/diagnosis.ts";
import {
  isAtLeast,
  judgeBuildx,
  judgeClock,
  judgeEngine,
  judgeForge,
  judgeGit,
  judgeNode,
  judgeSpace,
} from "../../src/operations/judge-machine.ts";

const ENGINE: EngineFacts = {
  address: "unix:///var/run/docker.sock",
  version: "26.1.5",
  os: "linux",
  architecture: "x86_64",
  store: "overlay2",
  isRootless: false,
};
const GIT: GitFacts = { version: "2.39.5", committer: "Ada <ada@example.com>", blocked: undefined };
const BUILDER = { name: "default", driver: "docker", isUsable: true };

const CASES: readonly (readonly [string, Diagnosis, Diagnosis["state"], string])[] = [
  ["Node as old as can be", judgeNode("20.19.0"), "ok", "Node.js 20.19.0"],
  ["Node that is older", judgeNode("20.18.3"), "problem", "Install Node.js 20.19"],
  ["Node of a later line", judgeNode("24.1.0"), "ok", "24.1.0"],
  ["git", judgeGit(GIT), "ok", "commits as Ada"],
  ["git that is old", judgeGit({ ...GIT, version: "2.25.1" }), "problem", "Install git"],
  ["nobody who commits", judgeGit({ ...GIT, committer: undefined }), "problem", "git config user.name"],
  ["a merge", judgeGit({ ...GIT, blocked: "a merge is going on" }), "warning", "a merge is going on"],
  ["an engine", judgeEngine(ENGINE), "ok", "image store overlay2"],
  ["a rootless engine", judgeEngine({ ...ENGINE, isRootless: true }), "ok", "rootless"],
  [
    "an engine without BuildKit",
    judgeEngine({ ...ENGINE, version: "20.10.24+dfsg1" }),
    "problem",
    "BuildKit",
  ],
  [
    "an engine of Windows containers",
    judgeEngine({ ...ENGINE, os: "windows" }),
    "problem",
    "Linux containers",
  ],
  ["buildx", judgeBuildx({ version: "0.13.1", builders: [BUILDER] }, true), "ok", "default (docker)"],
  ["buildx that is old", judgeBuildx({ version: "0.10.4", builders: [] }, true), "warning", "Install buildx"],
  [
    "a builder that does not answer",
    judgeBuildx({ version: "0.13.1", builders: [BUILDER, { name: "far", isUsable: false }] }, true),
    "warning",
    "docker buildx inspect far",
  ],
  [
    "a builder of an engine that is not there",
    judgeBuildx({ version: "0.13.1", builders: [{ name: "default", isUsable: false }] }, false),
    "ok",
    "builders: default",
  ],
  ["room", judgeSpace("the engine", 50e9), "ok", "50.0 GB free for the engine"],
  ["little room", judgeSpace("the engine", 9.9e9), "warning", "docker builder prune"],
  ["no room", judgeSpace("the checkout", 0.4e9), "problem", "0.4 GB"],
  ["a right clock", judgeClock("ghcr.io", -3), "ok", "the same time as ghcr.io"],
  ["a clock that is late", judgeClock("ghcr.io", -4000), "warning", "4000 seconds behind ghcr.io"],
  ["a clock that is early", judgeClock("the engine", 90), "warning", "90 seconds ahead of the engine"],
];

describe("doctor judges", () => {
  it.each(CASES)("%s", (_, diagnosis, state, text) => {
    expect(diagnosis.state).toBe(state);
    expect(`${diagnosis.found}\n${diagnosis.remedy ?? ""}`).toContain(text);
    // What is not as it should be comes with what to do.
    expect(diagnosis.remedy !== undefined).toBe(state !== "ok");
  });
});

describe("doctor judges a forge's token", () => {
  const NOW = Date.parse("2026-11-21");
  const project = { project: "acme/stack on GitHub", variables: ["GITHUB_TOKEN", "GH_TOKEN"], limits: [] };
  const known = { ...project, variable: "GH_TOKEN" };
  const limit = { what: "the token lacks the scope `workflow`", remedy: "Use another." };
  it.each<[string, Parameters<typeof judgeForge>[0], readonly (readonly [Diagnosis["state"], string])[]]>([
    ["of a forge that is not known", undefined, [["skipped", "cannot be told"]]],
    [
      "that is not there",
      project,
      [["skipped", "no token for acme/stack on GitHub (GITHUB_TOKEN or GH_TOKEN)"]],
    ],
    [
      "with its scopes",
      { ...known, token: { scopes: ["repo", "workflow"], expires: NOW + 40 * 86_400_000 } },
      [["ok", "GH_TOKEN (scopes: repo, workflow) may open requests in acme/stack on GitHub"]],
    ],
    [
      "that lacks something",
      { ...known, limits: [limit] },
      [
        ["ok", "may open"],
        ["warning", "GH_TOKEN: the token lacks"],
      ],
    ],
    [
      "that soon ends",
      { ...known, token: { expires: NOW + 1 } },
      [
        ["ok", "may open"],
        ["warning", "GH_TOKEN ends in 1 day"],
      ],
    ],
  ])("%s", (_, facts, expected) => {
    const judged = judgeForge(facts, NOW);
    expect(judged.map(({ state }) => state)).toEqual(expected.map(([state]) => state));
    for (const [index, [state, text]] of expected.entries()) {
      expect(judged[index]?.found).toContain(text);
      expect(judged[index]?.remedy !== undefined).toBe(state === "warning");
    }
  });
});

describe("a version is at least another", () => {
  it.each([
    ["20.19.0", "20.19", true],
    ["20.9.9", "20.19", false],
    ["21", "20.19", true],
    ["v0.13.1+ds1", "0.13", true],
    ["29.0.0-rc.1", "23.0", true],
    ["unknown", "1.0", false],
  ])("%s, %s: %s", (version, least, is) => {
    expect(isAtLeast(version, least)).toBe(is);
  });
});
