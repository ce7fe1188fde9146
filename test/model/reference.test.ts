import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { canonicalName, formatReference, parseReference } from "../../src/model/reference.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseReference", () => {
  it.each([
    ["busybox", { name: "busybox" }],
    ["busybox:1.36", { name: "busybox", tag: "1.36" }],
    [`busybox@${DIGEST}`, { name: "busybox", digest: DIGEST }],
    [
      `localhost:5000/team/base:v1@${DIGEST}`,
      { name: "localhost:5000/team/base", tag: "v1", digest: DIGEST },
    ],
    ["localhost:5000/base", { name: "localhost:5000/base" }],
    ["a/b__c/d-e.f", { name: "a/b__c/d-e.f" }],
    ["Registry.example/base", { name: "Registry.example/base" }],
    ["[::1]:5000/base:x", { name: "[::1]:5000/base", tag: "x" }],
  ])("reads %s", (text, reference) => {
    expect(parseReference(text)).toEqual(reference);
    expect(formatReference(parseReference(text) ?? { name: "none" })).toBe(text);
  });

  it.each([
    "",
    "Base",
    "base:",
    "base@",
    ":tag",
    "base:-x",
    "https://registry.example/base",
    "base//x",
    "a/b-",
    "-a/b",
    `base@${DIGEST}0`,
    `base@${DIGEST.toUpperCase()}`,
    `base@${DIGEST}@${DIGEST}`,
    "base@sha512:abc",
    "base\n",
    `base:${"x".repeat(129)}`,
  ])("refuses %j", (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  it("formats whatever it parses as it was written", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9:/@._-]{1,40}$/), (text) => {
        const reference = parseReference(text);
        if (reference !== undefined) expect(formatReference(reference)).toBe(text);
      }),
    );
  });
});

describe("canonicalName", () => {
  it.each([
    ["busybox", "docker.io/library/busybox"],
    ["acme/base", "docker.io/acme/base"],
    ["docker.io/busybox", "docker.io/library/busybox"],
    ["index.docker.io/library/busybox", "docker.io/library/busybox"],
    ["localhost/base", "localhost/base"],
    ["localhost:5000/base", "localhost:5000/base"],
    ["gcr.io/acme/base", "gcr.io/acme/base"],
    ["Registry/base", "Registry/base"],
  ])("fills %s in as %s", (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });
});
