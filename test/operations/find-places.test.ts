import { expect, it } from "@jest/globals";
import { placeOfDependency, placeOfEntry } from "../../src/operations/find-places.ts";

const at = (text: string) => ({ file: "f", bytes: Buffer.from(text) });
const lockfile = (images: object) => JSON.stringify({ version: 1, images }, undefined, 2);

it.each([
  ["base", lockfile({ base: {} }), "4:5"],
  ["digest", lockfile({ base: { digest: "x" }, digest: { digest: "y" } }), "7:5"],
  ["base", '{"version": 1, "images": {"base" : {}}}', "1:27"],
  ["base", lockfile({}), "1:1"],
  ["a.b", lockfile({ "a-b": {}, "a.b": {} }), "5:5"],
])("the entry of %s in %j is at %s", (image, text, place) => {
  const { line, column } = placeOfEntry(at(text), image);
  expect(`${line}:${column}`).toBe(place);
});

it.each([
  ["as it is written by hand", 'images: {\n  base: {},\n  child: { dependencies: ["base"] },\n', "3:27"],
  ["in JSON", '{"base": {},\n "child": {\n "dependencies":\n ["a", "base"]}}', "4:8"],
  ["with other quotes", "'child': { dependencies: ['base'] }", "1:27"],
  ["where the dependencies are computed", "child: { dependencies: all }", "1:10"],
  ["where the image is computed", "images[name] = {}", "1:1"],
  ["beside an image that ends alike", 'grand-child: { dependencies: ["base"] },\nchild: {}', "2:1"],
])("a dependency is found %s", (_, text, place) => {
  const { line, column } = placeOfDependency(at(text), "child", "base");
  expect(`${line}:${column}`).toBe(place);
});
