import { describe, expect, it } from "@jest/globals";
import type { BuilderChoice } from "../../src/model/builder.ts";
import type { Image } from "../../src/model/image.ts";
import { chooseBuilder } from "../../src/plan/choose-builder.ts";

const PLAIN: Image = {
  name: "app",
  repository: "r.example/app",
  dockerfile: "Dockerfile",
  context: ".",
  args: {},
  platforms: ["linux/arm64"],
  tags: ["latest"],
  labels: { a: "b" },
  tests: [],
  target: "t",
  network: "none",
};

const needing = (...because: (BuilderChoice & { kind: "buildx" })["because"]) => ({
  kind: "buildx" as const,
  because,
});

describe("the builder of an image", () => {
  it.each<[string, Partial<Image>, BuilderChoice]>([
    ["one platform, target, network, labels", {}, { kind: "engine" }],
    ["several platforms", { platforms: ["linux/amd64", "linux/arm64"] }, needing("several platforms")],
    [
      "arguments of a platform",
      { platformArgs: { "linux/arm64": { A: "b" } } },
      needing("arguments for single platforms"),
    ],
    ["git", { gitContext: { repository: "git@g.example:a/b.git" } }, needing("a context in git")],
    [
      "contexts and secrets",
      {
        contexts: { lib: { kind: "directory", path: "lib" } },
        secrets: { token: { environment: "TOKEN" } },
      },
      needing("named contexts", "secrets"),
    ],
    ["ssh", { ssh: ["default"] }, needing("SSH")],
    [
      "caches",
      { cacheFrom: ["type=local"], cacheTo: ["type=local"] },
      needing("a cache from elsewhere", "cache export"),
    ],
    ["attestations", { provenance: "max", sbom: true }, needing("provenance", "an SBOM")],
    ["annotations", { annotations: { a: "b" } }, needing("annotations")],
    ["a name", { builder: "fleet" }, { ...needing("a builder that is named"), name: "fleet" }],
    [
      "a name and a need",
      { builder: "fleet", sbom: true },
      { ...needing("a builder that is named", "an SBOM"), name: "fleet" },
    ],
  ])("for %s", (_, more, expected) => {
    expect(chooseBuilder({ ...PLAIN, ...more })).toEqual(expected);
  });
});
