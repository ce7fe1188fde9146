/** The JSON schemas that editors use, held against what the program itself says of the same files. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Ajv, type ValidateFunction } from "ajv";
import { readConfiguration } from "../../src/config/read-configuration.ts";
import { parseLockfile, updateLockfile } from "../../src/lockfile/lockfile.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const ONE = `sha256:${"1".repeat(64)}`;

function compile(name: string): ValidateFunction {
  const ajv = new Ajv({ strict: true, allErrors: true, formats: { regex: true } });
  return ajv.compile(
    JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), "utf8")) as object,
  );
}

const isConfiguration = compile("images.config.schema.json");
const isLockfile = compile("images.lock.schema.json");

/** What stands in JSON for it: a regular expression is text there. */
function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => (each instanceof RegExp ? each.source : each)),
  ) as unknown;
}

/** A configuration of one image. */
function withImage(image: object): object {
  return { registry: "registry.example", images: { base: image } };
}

describe("the schema of configurations", () => {
  it.each(readdirSync(EXAMPLES))("agrees with the example %s", async (example) => {
    const file = new URL(`${example}/images.config.ts`, EXAMPLES);
    const { default: configuration } = (await import(file.pathname)) as { readonly default: unknown };
    isConfiguration(asJson(configuration));
    expect(isConfiguration.errors).toBeNull();
  });

  it.each<[what: string, configuration: object]>([
    ["all defaults", withImage({})],
    ["a schema", { $schema: "./schema.json", ...withImage({}) }],
    ["a Dockerfile by a program", withImage({ dockerfile: { command: ["python3", "render.py"] } })],
    ["named contexts", withImage({ contexts: { a: ".", b: { image: "docker-image://x", optional: true } } })],
    ["secrets", withImage({ secrets: { a: { file: "x" }, b: { env: "B" } } })],
    ["attestations", withImage({ provenance: "max", sbom: true })],
    ["tests", withImage({ test: [["--help"], { command: ["x"], network: "host", timeout: 3 }] })],
    ["rules", { lint: { "root-user": "off" }, ...withImage({ lint: { maintainer: "notice" } }) }],
    ["a commit", { commit: { trailers: { A: "b", C: ["d", "e"] }, signoff: true }, ...withImage({}) }],
    ["builders", { builders: { fleet: { concurrency: 4 } }, ...withImage({ builder: "fleet" }) }],
    ["registries", { registries: { "r:5": { http: true } }, ...withImage({}) }],
    ["arguments of a platform", withImage({ platformArgs: { "linux/arm64": { A: "b" } } })],
  ])("lets %s be, as the program does", (_, configuration) => {
    expect(readConfiguration(configuration, "images.config.json").problems).toEqual([]);
    isConfiguration(configuration);
    expect(isConfiguration.errors).toBeNull();
  });

  it.each<[what: string, configuration: object]>([
    ["a key that there is not", withImage({ dockerfiles: "x" })],
    ["a key of the whole in an image", withImage({ registry: "x" })],
    ["no text for text", withImage({ target: 3 })],
    ["a list for a table", withImage({ args: ["A=b"] })],
    ["a Dockerfile by a shell", withImage({ dockerfile: { command: "render.py" } })],
    ["an empty list", withImage({ tags: [] })],
    ["the same twice", withImage({ platforms: ["linux/amd64", "linux/amd64"] })],
    ["a rule that there is not", { lint: { "root-usr": "off" }, ...withImage({}) }],
    ["a weight that there is not", { lint: { "root-user": "fatal" }, ...withImage({}) }],
    ["a network that there is not", withImage({ network: "bridge" })],
    ["a secret itself", withImage({ secrets: { a: "hunter2" } })],
    ["a bound of nothing", { builders: { fleet: { concurrency: 0 } }, ...withImage({}) }],
    ["an image that is none", { registry: "x", images: { base: "x" } }],
    ["a test by a shell", withImage({ test: ["npm test"] })],
    ["a trailer without a value", { commit: { trailers: { A: [] } }, ...withImage({}) }],
  ])("refuses %s, as the program does", (_, configuration) => {
    expect(readConfiguration(configuration, "images.config.json").problems).not.toEqual([]);
    expect(isConfiguration(configuration)).toBe(false);
  });

  it("describes every key but those that are described where they are used", () => {
    const { properties } = isConfiguration.schema as { properties: Record<string, { description?: string }> };
    const bare = Object.entries(properties).filter(([, { description = "" }]) => description === "");
    expect(bare.map(([key]) => key)).toEqual([]);
  });
});

describe("the schema of lockfiles", () => {
  const inputs = {
    dockerfile: "1",
    options: { target: "x" },
    args: {},
    dependencies: { a: ONE },
    context: {},
  };
  const entry = {
    repository: "r/base",
    digest: ONE,
    platforms: { "linux/amd64": ONE },
    fingerprint: ONE,
    inputs,
  };
  const entries = parseLockfile(
    Buffer.from(JSON.stringify({ version: 1, images: { base: entry } })),
    "",
  ).images;

  it("lets be what the program writes", () => {
    const written = JSON.parse(Buffer.from(updateLockfile(undefined, entries)).toString()) as object;
    expect(written).toEqual({ version: 1, images: { base: entry } });
    isLockfile(written);
    expect(isLockfile.errors).toBeNull();
  });

  it("may be named in the lockfile, which keeps it", () => {
    const named = { $schema: "./schema.json", version: 1, images: {} };
    const updated = updateLockfile(Buffer.from(JSON.stringify(named)), entries);
    const written = JSON.parse(Buffer.from(updated).toString()) as object;
    expect(written).toEqual({ ...named, images: { base: entry } });
    isLockfile(written);
    expect(isLockfile.errors).toBeNull();
  });

  it.each<[what: string, lockfile: object]>([
    ["another version", { version: 2, images: {} }],
    ["no images", { version: 1 }],
    ["an entry without a digest", { version: 1, images: { base: { repository: "r" } } }],
    ["a digest that is none", { version: 1, images: { base: { ...entry, digest: "sha256:1" } } }],
  ])("refuses %s, as the program does", (_, lockfile) => {
    expect(() => parseLockfile(Buffer.from(JSON.stringify(lockfile)), "images.lock.json")).toThrow();
    expect(isLockfile(lockfile)).toBe(false);
  });
});
