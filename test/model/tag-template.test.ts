import { describe, expect, it } from "@jest/globals";
import { fillTag, isTagTemplate, matchesTag } from "../../src/model/tag-template.ts";

const VALUES = { sha: "0123456789ab", branch: "feature/x", version: "1.2.3", platform: "linux/arm64" };

describe("a tag", () => {
  it.each([
    ["latest", "latest"],
    ["{branch}-{sha}", "feature-x-0123456789ab"],
    ["v{version}", "v1.2.3"],
    ["dev-{platform}", "dev-linux-arm64"],
  ])("%s becomes %s, and is known again", (template, tag) => {
    expect(isTagTemplate(template)).toBe(true);
    expect(fillTag(template, (word) => VALUES[word])).toBe(tag);
    expect(matchesTag(template, tag)).toBe(true);
  });

  it.each([
    ["v1.2", "v1x2"],
    ["{sha}", "latest"],
    ["v{version}.0", "v1.2.3x0"],
    ["release", "release-2"],
  ])("%s does not become %s", (template, tag) => {
    expect(matchesTag(template, tag)).toBe(false);
  });

  it("has at most 128 characters, and begins as a tag does", () => {
    expect(fillTag("{branch}", () => "-".repeat(3) + "x".repeat(200))).toMatch(/^x{100,128}$/);
  });

  it.each(["-x", "a b", ""])("is not %j", (text) => {
    expect(isTagTemplate(text)).toBe(false);
  });
});
