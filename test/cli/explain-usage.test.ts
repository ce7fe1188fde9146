import { describe, expect, it } from "@jest/globals";
import { explainUsage } from "../../src/cli/explain-usage.ts";

describe("what the parser says of a command line", () => {
  it.each([
    ["Not enough arguments following: builder", ["plan", "--builder"], "--builder needs a value"],
    ["Not enough arguments following: j", ["-j"], "-j needs a value"],
    ["Unknown argument: imag", ["--imag", "base"], "There is no --imag; did you mean --image?"],
    ["--retries takes a whole number from 0", ["--retries", "x"], "--retries takes a whole number from 0"],
  ])("%j of %j is told as: %s", (message, given, told) => {
    expect(explainUsage(message, given, ["--image", "--builder"]).message).toBe(told);
  });
});
