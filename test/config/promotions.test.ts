import { describe, expect, it } from "@jest/globals";
import { resolveConfiguration } from "../../src/config/resolve-configuration.ts";
import { ConfigurationError } from "../../src/errors.ts";

function resolve(promotions: unknown) {
  const place = { directory: ".", file: "images.config.ts" };
  return resolveConfiguration({ registry: "r.example", images: { a: {}, b: {} }, promotions }, place)
    .promotions;
}

function said(promotions: unknown): readonly string[] {
  try {
    resolve(promotions);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems.every(({ remedy }) => (remedy ?? "") !== "")).toBe(true);
    return error.problems.map(({ where, what }) => `${where}: ${what}`);
  }
}

const registry = "docker.io/acme";

describe("promotions", () => {
  it("need no words", () => {
    expect(resolve(undefined)).toEqual(new Map());
  });

  it("say where images go, under which names, with which tags", () => {
    const promotions = {
      public: { registry },
      release: { registry, names: { a: "team/a" }, tags: ["{version}"] },
    };
    expect([...resolve(promotions)]).toEqual([
      ["public", { registry, names: new Map(), tags: [] }],
      ["release", { registry, names: new Map([["a", "team/a"]]), tags: ["{version}"] }],
    ]);
  });

  it.each<[unknown, string]>([
    [[], "promotions: must be an object, not a list"],
    [{ x: {} }, "promotions.x.registry: must be text, not undefined"],
    [
      { x: { registry: "https://r.example" } },
      'promotions.x.registry: "https://r.example" is no place in a registry',
    ],
    [{ "r.example": { registry } }, 'promotions.r.example: "r.example" is no name for a promotion'],
    [{ x: { registry, tag: "1" } }, "promotions.x: unknown key `tag`"],
    [{ x: { registry, tags: [] } }, "promotions.x.tags: is an empty list"],
    [{ x: { registry, tags: ["{date}"] } }, "promotions.x.tags[0]: there is no value for {date} in a tag"],
    [
      { x: { registry, tags: ["{platform}"] } },
      "promotions.x.tags[0]: {platform} is no word here: an image is promoted as a whole",
    ],
    [
      { x: { registry, tags: ["fp-1"] } },
      "promotions.x.tags[0]: tags that begin with fp- say what an image was built from",
    ],
    [{ x: { registry, names: { zebra: "d" } } }, 'promotions.x.names.zebra: there is no image "zebra"'],
    [{ x: { registry, names: { a: "D:1" } } }, 'promotions.x.names.a: "D:1" is no name of an image'],
    [{ x: { registry, names: { a: "b" } } }, "promotions.x.names.a: is the name that b has there, too"],
  ])("%j is refused", (promotions, message) => {
    expect(said(promotions)).toEqual([message]);
  });
});
