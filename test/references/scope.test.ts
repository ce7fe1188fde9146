import { describe, expect, it } from "@jest/globals";
import { createScope } from "../../src/references/scope.ts";

const DOCKERFILE = "third_party/x/Dockerfile";

function inScope(path: string, settings: { include?: string[]; exclude?: string[] } = {}): boolean {
  return createScope({ exclude: [], ...settings }, new Set([DOCKERFILE]))(path);
}

describe("references are looked for", () => {
  it.each([
    "Dockerfile",
    ".github/workflows/ci.yml",
    "vendor",
    "docs/vendor.md",
    "src/lock.ts",
    "a/clock",
    DOCKERFILE,
  ])("in %s", (path) => {
    expect(inScope(path)).toBe(true);
  });

  it.each([
    "third_party/a",
    "a/third_party/b/c",
    "vendor/x",
    "go/vendor/x/y.yaml",
    "node_modules/a/b",
    "web/node_modules/.bin/x",
    "package-lock.json",
    "a/pnpm-lock.yaml",
    "Cargo.lock",
    "MODULE.bazel.lock",
    "charts/x/Chart.lock",
    "images.lock.json",
    ".terraform.lock.hcl",
    ".devcontainer/devcontainer-lock.json",
    "go.sum",
  ])("not in %s", (path) => {
    expect(inScope(path)).toBe(false);
  });

  it("only in what is included, without what is others'", () => {
    const include = ["deploy/**", "*.yaml"];
    expect(inScope("deploy/.hidden/a", { include })).toBe(true);
    expect(inScope("a.yaml", { include })).toBe(true);
    expect(inScope("b/a.yaml", { include })).toBe(false);
    expect(inScope("deploy/vendor/a", { include })).toBe(false);
  });

  it("not in what is excluded; a later pattern takes back, also what is excluded by default", () => {
    const exclude = ["docs/**", "!docs/new/**", "!vendor/ours/**"];
    expect(inScope("docs/a", { exclude })).toBe(false);
    expect(inScope("docs/new/a", { exclude })).toBe(true);
    expect(inScope("vendor/ours/a", { exclude })).toBe(true);
    expect(inScope("vendor/a", { exclude })).toBe(false);
  });

  it("always in the Dockerfiles of the configuration", () => {
    expect(inScope(DOCKERFILE, { include: ["x"], exclude: ["**"] })).toBe(true);
  });
});
