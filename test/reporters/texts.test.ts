import { expect, it } from "@jest/globals";
import {
  countOf,
  enumerate,
  formatBytes,
  formatRoughly,
  formatSeconds,
} from "../../src/reporters/amounts.ts";
import { printable, printableLines } from "../../src/reporters/printable.ts";
import { shortDigest } from "../../src/reporters/short-digest.ts";
import { digestOf } from "./world.ts";

it.each([
  [0, "0.0 s"],
  [4.24, "4.2 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 00 s"],
  [125.9, "2 min 05 s"],
  [3599.99, "1 h 00 min"],
  [7_380, "2 h 03 min"],
])("says %d seconds as %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it.each([
  [0, "5 s"],
  [42, "40 s"],
  [58, "1 min"],
  [89, "1 min"],
  [250, "4 min"],
  [3559, "59 min"],
  [3590, "1 h"],
  [4200, "1 h 10 min"],
])("says of %d seconds to come that they are about %s", (seconds, text) => {
  expect(formatRoughly(seconds)).toBe(text);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [2_155_400, "2.16 MB"],
  [45_249_000, "45.2 MB"],
  [999_499_999, "999 MB"],
  [999_500_000, "1 GB"],
  [12e15, "12000 TB"],
])("says %d bytes as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, "0 files"],
  [1, "1 file"],
  [2, "2 files"],
])("counts %d as %s", (count, text) => {
  expect(countOf(count, "file")).toBe(text);
});

it.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
])("enumerates %j as %j", (words, text) => {
  expect(enumerate(words)).toBe(text);
});

it.each([
  ["plain text", "plain text"],
  ["漢字 é 👩", "漢字 é 👩"],
  ["with a return\r", "with a return"],
  ["10%\r20%", "10% 20%"],
  ["a\tb\u2028c\nd", "a b c d"],
  ["\u001B[1;31mred\u001B[0m", "red"],
  ["\u001B]8;;https://example.org\u0007link\u001B]8;;\u0007", "link"],
  ["\u001B[2K\u001B[1Aup", "up"],
  ["\u001B", "\uFFFD"],
  ["\u009B2Jc1", "c1"],
  ["a\u202Eb\u200Bc\u0000", "a\uFFFDb\uFFFDc\uFFFD"],
  ["half \uD83D", "half \uFFFD"],
])("makes %j printable as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

it("keeps the lines of a text apart", () => {
  expect(printableLines("one\r\n  two\n\nthree\n\n")).toEqual(["one", "  two", "", "three"]);
});

it("shortens a digest to 12 digits", () => {
  expect(shortDigest(digestOf("f"))).toBe("sha256:ffffffffffff");
});
