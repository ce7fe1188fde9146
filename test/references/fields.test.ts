import { describe, expect, it } from "@jest/globals";
import { BAZEL, HELM, KUSTOMIZE, TERRAFORM, UNCERTAIN, type FieldCase } from "./field-cases.ts";
import { rewriteTemplate } from "./world.ts";

function check(_: string, path: string, template: string): void {
  const { actual, expected } = rewriteTemplate(path, template);
  expect(actual).toBe(expected);
}

const groups: readonly (readonly [string, readonly FieldCase[]])[] = [
  ["Helm's values", HELM],
  ["kustomizations", KUSTOMIZE],
  ["Bazel", BAZEL],
  ["Terraform", TERRAFORM],
];

describe.each(groups)("a digest apart from its name in %s is rewritten:", (_, cases) => {
  it.each(cases)("%s (%s)", check);
});

describe("a digest is left alone where its owner is not certain:", () => {
  it.each(UNCERTAIN)("%s (%s)", check);
});
