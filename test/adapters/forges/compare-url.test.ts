import { expect, it } from "@jest/globals";
import { compareUrl } from "../../../src/adapters/forges/compare-url.ts";

it.each([
  ["main", "manage-images/update", "main...manage-images/update"],
  ["a)@acme#1 ![x", "ä?b", "a%29%40acme%231%20%21%5Bx...%C3%A4%3Fb"],
])("a page that compares %s and %s is a link that no name breaks out of", (base, branch, expected) => {
  const url = compareUrl("https://forge.example/compare", base, branch);
  expect(url).toBe(`https://forge.example/compare/${expected}`);
  expect(decodeURIComponent(url)).toBe(`https://forge.example/compare/${base}...${branch}`);
});
