import { expect, it } from "@jest/globals";
import { isRun, looksAtTree } from "../../src/cli/looks-at-tree.ts";

it.each([
  ["--image all", true],
  ["--images base -n", true],
  ["--only-references", true],
  ["plan --image all", true],
  ["check", true],
  ["", false],
  ["--help", false],
  ["--image all --help", false],
  ["plan -h", false],
  ["--version", false],
  ["help plan", false],
  ["__complete bash plan", false],
  ["digest base", false],
  ["init", false],
])("looks at the tree ahead of `manage-images %s`: %s", (words, expected) => {
  expect(looksAtTree(words.split(" "))).toBe(expected);
});

it.each([
  ["--image all", true],
  ["--only-references", true],
  ["--image all --help", false],
  ["plan --image all", false],
  ["", false],
])("takes `manage-images %s` for a run: %s", (words, expected) => {
  expect(isRun(words.split(" "))).toBe(expected);
});
