import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/model/plan.ts";
import { createColours } from "../../src/reporters/colours.ts";
import { formatPlan } from "../../src/reporters/plan.ts";
import { formatPlanJson } from "../../src/reporters/plan-json.ts";
import { digestOf, planOf } from "./world.ts";

const plan: Plan = {
  decisions: [
    { image: "base", action: "build", reasons: [{ why: "never-built" }, { why: "forced" }] },
    { image: "tool", action: "up-to-date", reasons: [], digest: digestOf("a") },
    {
      image: "nvidia",
      action: "build",
      reasons: [{ why: "dependency-changed", dependencies: ["base"] }],
      digest: digestOf("b"),
    },
    {
      image: "app",
      action: "build",
      reasons: [{ why: "dependency-changed", dependencies: ["base", "nvidia"] }],
    },
  ],
  leftStale: ["release", "debug"],
};

describe("a plan for people", () => {
  it("says for each image what is done and why, and what is left stale", () => {
    expect(formatPlan(plan, createColours(false)).split("\n")).toEqual([
      "3 images to build, 1 up to date:",
      "  build base",
      "    the lockfile has no digest of it, or not what it was built from",
      "    forced",
      "  keep tool, up to date: sha256:aaaaaaaaaaaa",
      "  build nvidia",
      "    built on base, which has changed or may change",
      "  build app",
      "    built on base and nvidia, which have changed or may change",
      "Left stale, because they depend on what is built and are not selected: release and debug.",
      "",
    ]);
  });

  it("says so when nothing is to be built", () => {
    const decisions = [{ image: "tool", action: "up-to-date", reasons: [] }] as const;
    expect(formatPlan({ decisions, leftStale: [] }, createColours(false))).toBe(
      "Nothing to build: 1 image up to date.\n  keep tool, up to date\n",
    );
  });

  it("counts one image as one", () => {
    expect(formatPlan(planOf("base"), createColours(false))).toBe(
      "1 image to build:\n  build base\n    forced\n",
    );
  });
});

describe("a plan as JSON", () => {
  it("has the images by name, each with action, reasons and digest", () => {
    const text = formatPlanJson(plan);
    expect(JSON.parse(text)).toEqual({
      images: {
        app: { action: "build", reasons: [{ why: "dependency-changed", dependencies: ["base", "nvidia"] }] },
        base: { action: "build", reasons: [{ why: "never-built" }, { why: "forced" }] },
        nvidia: {
          action: "build",
          reasons: [{ why: "dependency-changed", dependencies: ["base"] }],
          digest: digestOf("b"),
        },
        tool: { action: "up-to-date", reasons: [], digest: digestOf("a") },
      },
      leftStale: ["release", "debug"],
    });
    expect(text.match(/^ {4}"\w+":/gm)).toEqual([
      '    "app":',
      '    "base":',
      '    "nvidia":',
      '    "tool":',
    ]);
    expect(text.endsWith("}\n")).toBe(true);
  });
});
