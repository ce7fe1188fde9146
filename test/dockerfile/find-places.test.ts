import { describe, expect, it } from "@jest/globals";
import { findPlaces } from "../../src/dockerfile/find-places.ts";

/** What stands where the digest goes (`^`), or why it goes nowhere. */
function placeIn(template: string, args: Readonly<Record<string, string>> = {}) {
  const bytes = Buffer.from(template.replaceAll("^", ""));
  const input = { file: "Dockerfile", bytes, args, platform: "linux/amd64", contexts: [] };
  const { end } = findPlaces(input).at(-1) ?? {};
  if (end === undefined) return "no place";
  if (end.kind === "closed") return end.hindrance.kind;
  return `${bytes.subarray(0, end.offset).toString()}^${bytes.subarray(end.offset).toString()}`;
}

describe("a digest goes where the tag stands", () => {
  it.each([
    "FROM a:1^",
    'FROM "a:1^" AS b',
    "FROM 'a:1^'",
    "FROM a:\\\n1^\\\n AS b",
    "FROM a@sha256:" + "0".repeat(64) + "^",
    "ARG A=a:1^\nFROM $A",
    'ARG A="a:1^" B=2\nFROM "${A}"',
    "ARG A=old:1\nARG A=a:1^\nFROM ${A}",
    "ARG A=a:1^\nFROM ${A:-b:2}",
    "ARG A\nFROM ${A:-b:2^}",
    "ARG A=\nFROM ${A:-b:2^}",
    'FROM "${A-b:2^}"',
    "ARG V=1^\nFROM a:$V AS b\nFROM a:$V",
    "FROM a:${V:-1^}",
    "ARG R=r.io\nFROM ${R}/a:1^",
    "FROM ${R:-r.io/x}/a:${V:-1^}",
    "ARG R=r.io\nARG A=a:1^\nFROM $R/$A",
    "ARG V=1\nFROM a:${V}@sha256:" + "0".repeat(64) + "^",
    "ARG D=sha256:" + "0".repeat(64) + "^\nFROM a:1@$D\nLABEL d=$D",
    "ARG R=r.io/a\nARG V=1\nARG D=sha256:" + "0".repeat(64) + "^\nFROM ${R}:${V}@${D}",
    "FROM a:1@${D:-sha256:" + "0".repeat(64) + "^}",
    "FROM scratch\nCOPY --from=a:1^ / /",
    'FROM scratch\nCOPY --from="a:1^" / /',
    'FROM scratch\nRUN --mount="type=bind,from=a:1^,target=/a" true',
    "FROM scratch\nONBUILD COPY --from=a:1^ / /",
  ])("%j", (template) => {
    expect(placeIn(template)).toBe(template);
  });
});

describe("a digest goes nowhere", () => {
  it.each([
    ["ARG V=1\nFROM a:${V}-slim", "part-of-tag"],
    ["ARG V=1\nFROM a:v${V}", "part-of-tag"],
    ["ARG V=1\nFROM a:${V}.${V}", "part-of-tag"],
    ["ARG N=a\nFROM ${N}:1", "part-of-name"],
    ["ARG N=a V=1\nFROM ${N}:${V}", "part-of-name"],
    ["ARG N=a\nFROM r/b${N}", "part-of-name"],
    ["FROM a:1-$TARGETARCH", "platform"],
    ["ARG D=sha256:" + "0".repeat(64) + "\nFROM a:1-$TARGETARCH@$D", "platform"],
    ["FROM ${TARGETARCH}/a:1@sha256:" + "0".repeat(64), "platform"],
    ["ARG V=1\nARG A=a:$V\nFROM $A", "composed-argument"],
    ["ARG H=r\nARG R=$H.io\nFROM $R/a:1", "composed-argument"],
    ["ARG A=a\nFROM ${A:+b:1}", "unclear"],
    ["ARG V=1\nARG W=$V\nFROM a:$V", "used-elsewhere"],
    ["ARG V=1 W=$V\nFROM a:$V", "used-elsewhere"],
    ["ARG V=1\nFROM a:$V\nARG V=2", "used-elsewhere"],
    ["ARG V=1\nFROM a:$V\nRUN <<E\n$V\nE", "used-elsewhere"],
    ["ARG V=1\nFROM b:$V AS b\nFROM a:$V", "used-elsewhere"],
    ["FROM scratch\nONBUILD COPY --from=stage / /", "may-be-stage"],
    ["FROM a AS b\nFROM scratch", "no place"],
  ])("%j: %s", (dockerfile, why) => {
    expect(placeIn(dockerfile)).toBe(why);
  });

  it("where the configuration sets the argument", () => {
    expect(placeIn("ARG A=a:1\nFROM $A", { A: "b:2" })).toBe("set-by-configuration");
    expect(placeIn("ARG V=1\nFROM a:${V:-2}", { V: "2" })).toBe("set-by-configuration");
    const digest = `sha256:${"0".repeat(64)}`;
    expect(placeIn(`ARG D=${digest}\nFROM a@$D`, { D: digest })).toBe("set-by-configuration");
    expect(placeIn("ARG R\nFROM $R/a:1^", { R: "r.io" })).toBe("ARG R\nFROM $R/a:1^");
  });
});
