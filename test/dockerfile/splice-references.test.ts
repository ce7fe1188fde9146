import { expect, test } from "@jest/globals";
import { spliceReferences } from "../../src/dockerfile/splice-references.ts";

test("references are replaced by others of any length, and no other byte changes", () => {
  const bytes = Buffer.from("FROM a\r\n# \xff\r\nCOPY --from=bc /x /\n", "latin1");
  const spliced = spliceReferences(bytes, [
    { start: 25, end: 27, text: "registry/b:1" },
    { start: 5, end: 6, text: "é" },
    { start: 5, end: 6, text: "again" },
  ]);
  expect(Buffer.from(spliced).toString("latin1")).toBe(
    "FROM \xc3\xa9\r\n# \xff\r\nCOPY --from=registry/b:1 /x /\n",
  );
});

test("without replacements the bytes stay as they are", () => {
  expect(spliceReferences(Buffer.from("FROM a"), [])).toEqual(Buffer.from("FROM a"));
});
