import { describe, expect, it } from "@jest/globals";
import { nearest } from "../../src/model/nearest.ts";

describe("nearest", () => {
  it.each([
    ["nvida", ["nvidia", "base"], ["nvidia"]],
    ["bse", ["base", "nvidia"], ["base"]],
    ["BASE", ["base"], ["base"]],
    ["cat", ["bat", "hat", "dog"], ["bat", "hat"]],
    ["xat", ["aat", "bat", "cat", "dat"], ["aat", "bat", "cat"]],
    ["zebra", ["base", "nvidia"], []],
    ["", ["base"], []],
    ["base", [], []],
  ])("of %j in %j is %j", (word, words, near) => {
    expect(nearest(word, words)).toEqual(near);
  });
});
