import { describe, expect, it } from "@jest/globals";
import { mayHoldFields } from "../../src/references/fields.ts";
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

describe("a file is read as a whole", () => {
  const HEX = "5".repeat(64);

  it.each([
    `digest: sha256:${HEX}`,
    `"digest" : "${HEX}"`,
    `digest = '@sha256:${HEX}'`,
    `digest: # of May\n  &pin !!str sha256:${HEX}`,
    `digest: >-\n  sha256:${HEX}`,
    `"digest": // of May\n "sha256:${HEX}"`,
    `"digest": /* of May */ "sha256:${HEX}"`,
    `pin: &pin sha256:${HEX}\ndigest: *pin`,
    `tag: v1@sha256:${HEX}`,
  ])("where it has a digest as a field: %s", (text) => {
    expect(mayHoldFields(text)).toBe(true);
  });

  it.each([
    `digest:\n  type: string\n  example: sha256:${HEX}`,
    `image: app@sha256:${HEX}\ndigest: ""`,
    `digest: sha256:${HEX}0`,
    `digest: *pin`,
    `tag: v1`,
  ])("but not where it speaks of digests only: %s", (text) => {
    expect(mayHoldFields(text)).toBe(false);
  });
});
