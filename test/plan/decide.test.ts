import { describe, expect, it } from "@jest/globals";
import type { LockEntry } from "../../src/lockfile/lockfile.ts";
import { parseDigest, type Digest } from "../../src/model/digest.ts";
import { fingerprintTag } from "../../src/model/fingerprint.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import type { Decision, Reason } from "../../src/model/plan.ts";
import { decide, reuse, type ImageFacts } from "../../src/plan/decide.ts";
import { fingerprintOf } from "../../src/plan/fingerprint.ts";
import { recordInputs } from "../../src/plan/record-inputs.ts";

const [A, B, C] = ["a", "b", "c"].map((letter) => parseDigest(`sha256:${letter.repeat(64)}`)) as [
  Digest,
  Digest,
  Digest,
];

const INPUTS: Inputs = {
  dockerfile: "0123456789abcdef",
  options: { platforms: "linux/amd64" },
  args: { VERSION: "1", API_TOKEN: "hidden" },
  context: new Map([
    ["src/main.py", "f00112233445566"],
    ["tool", "x00112233445566"],
  ]),
};
const DEPENDENCIES = new Map([["base", A]]);
const ENTRY: LockEntry = {
  repository: "r/top",
  digest: C,
  fingerprint: fingerprintOf(INPUTS, DEPENDENCIES),
  inputs: recordInputs(INPUTS, DEPENDENCIES),
};
const FACTS: ImageFacts = {
  image: "top",
  entry: ENTRY,
  inputs: INPUTS,
  dependencies: DEPENDENCIES,
  unsettled: [],
  isForced: false,
  isMissing: false,
};

function changed(inputs: Partial<Inputs>): Partial<ImageFacts> {
  return { inputs: { ...INPUTS, ...inputs } };
}

const IMPORTED: LockEntry = { repository: ENTRY.repository, digest: C };
const UNRECORDED: LockEntry = { ...IMPORTED, fingerprint: fingerprintOf(INPUTS, DEPENDENCIES) };

describe("decide", () => {
  it.each<[string, Partial<ImageFacts>, readonly Reason[]]>([
    ["nothing changed", {}, []],
    ["the lockfile does not know it", { entry: undefined }, [{ why: "never-built" }]],
    ["its digest was brought from elsewhere", { entry: IMPORTED }, [{ why: "never-built" }]],
    ["it is forced", { isForced: true }, [{ why: "forced" }]],
    ["the registry has lost it", { isMissing: true }, [{ why: "missing-from-registry" }]],
    ["the Dockerfile changed", changed({ dockerfile: "f123456789abcdef" }), [{ why: "dockerfile-changed" }]],
    [
      "a file changed",
      changed({ context: new Map([...INPUTS.context, ["tool", "f00112233445566"]]) }),
      [{ why: "context-changed", paths: ["tool"] }],
    ],
    [
      "an argument changed",
      changed({ args: { ...INPUTS.args, VERSION: "2" } }),
      [{ why: "args-changed", args: [{ name: "VERSION", from: "1", to: "2" }] }],
    ],
    [
      "an argument is new, and another gone",
      changed({ args: { API_TOKEN: "hidden", NEW: "n" } }),
      [
        {
          why: "args-changed",
          args: [
            { name: "NEW", to: "n" },
            { name: "VERSION", from: "1" },
          ],
        },
      ],
    ],
    [
      "an option changed",
      changed({ options: { platforms: "linux/arm64" } }),
      [{ why: "options-changed", options: [{ name: "platforms", from: "linux/amd64", to: "linux/arm64" }] }],
    ],
    [
      "a dependency has another digest",
      { dependencies: new Map([["base", B]]) },
      [{ why: "dependency-changed", dependencies: ["base"] }],
    ],
    [
      "a dependency is to be built",
      { dependencies: new Map(), unsettled: ["base"] },
      [{ why: "dependency-changed", dependencies: ["base"] }],
    ],
    [
      "several things changed",
      { ...changed({ dockerfile: "f" }), dependencies: new Map(), unsettled: ["base"] },
      [{ why: "dockerfile-changed" }, { why: "dependency-changed", dependencies: ["base"] }],
    ],
    [
      "nobody knows what changed",
      { ...changed({ dockerfile: "f" }), entry: UNRECORDED },
      [{ why: "options-changed", options: [{ name: "fingerprint", from: ENTRY.fingerprint ?? "" }] }],
    ],
  ])("when %s", (_, facts, reasons) => {
    const decision = decide({ ...FACTS, ...facts });
    expect(decision.reasons).toEqual(reasons);
    expect(decision.action).toBe(reasons.length === 0 ? "up-to-date" : "build");
    expect(decision.fingerprint === undefined).toBe((facts.unsettled ?? []).length > 0);
  });

  it("tells that a secret changed without telling what it was or is", () => {
    const { reasons } = decide({ ...FACTS, ...changed({ args: { ...INPUTS.args, API_TOKEN: "other" } }) });
    expect(reasons).toMatchObject([{ why: "args-changed", args: [{ name: "API_TOKEN" }] }]);
    expect(JSON.stringify([reasons, ENTRY])).not.toMatch(/hidden|other/);
  });
});

describe("reuse", () => {
  const build: Decision = { image: "top", action: "build", reasons: [{ why: "never-built" }] };
  it.each<[string, Decision, Digest | undefined, Decision["action"]]>([
    ["what the registry has is reused", build, A, "reuse"],
    ["what it does not have is built", build, undefined, "build"],
    ["what is forced is built all the same", { ...build, reasons: [{ why: "forced" }] }, A, "build"],
    ["what is up to date stays so", { ...build, action: "up-to-date" }, A, "up-to-date"],
  ])("%s", (_, decision, published, action) => {
    expect(reuse(decision, published).action).toBe(action);
  });
});

it("a fingerprint does not depend on the order in which inputs were found", () => {
  const reversed = { ...INPUTS, context: new Map([...INPUTS.context].reverse()) };
  expect(fingerprintOf(reversed, DEPENDENCIES)).toBe(ENTRY.fingerprint);
  expect(fingerprintTag(fingerprintOf(INPUTS, DEPENDENCIES))).toMatch(/^fp-[0-9a-f]{20}$/);
});
