import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { generated } from "../scripts/generated.ts";
import { PROJECT } from "../scripts/sample-repository.ts";

describe("what is made from the source", () => {
  it("is as it would be made now: `npm run generate`", async () => {
    const files = await generated();
    expect(Object.keys(files).length).toBeGreaterThan(0);
    for (const [path, text] of Object.entries(files))
      expect(await readFile(join(PROJECT, path), "utf8")).toBe(text);
  });
});
