import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findConfiguration } from "../../../src/adapters/configuration/find-configuration.ts";
import { ConfigurationError, UsageError } from "../../../src/errors.ts";

let place: string;
let root: string;

beforeEach(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), "find-configuration-")));
  root = join(place, "repository");
  await mkdir(join(root, "a/b"), { recursive: true });
});

afterEach(() => rm(place, { recursive: true }));

async function write(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), "");
  }
}

describe("findConfiguration without a name", () => {
  it.each(["ts", "mts", "js", "mjs", "json"])("finds images.config.%s", async (ending) => {
    await write(`repository/images.config.${ending}`);
    expect(await findConfiguration(root, root)).toBe(join(root, `images.config.${ending}`));
  });

  it("finds the nearest one above the working directory", async () => {
    await write("repository/images.config.ts", "repository/a/images.config.json");
    expect(await findConfiguration(join(root, "a/b"), root)).toBe(join(root, "a/images.config.json"));
  });

  it("looks no further than the root of the repository, and shows what to write", async () => {
    await write("images.config.ts");
    const looking = findConfiguration(join(root, "a"), root);
    await expect(looking).rejects.toThrow(
      `There is no images.config.ts in ${join(root, "a")} or above it, up to ${root}`,
    );
    await expect(looking).rejects.toBeInstanceOf(UsageError);
    await expect(looking).rejects.toHaveProperty("remedy", expect.stringContaining("defineConfig({"));
  });

  it("says just the root when that is all there is to look at", async () => {
    await expect(findConfiguration(root, root)).rejects.toThrow(
      new UsageError(`There is no images.config.ts in ${root}`),
    );
  });

  it("refuses to choose between two of one directory", async () => {
    await write("repository/images.config.ts", "repository/images.config.json");
    const looking = findConfiguration(root, root);
    await expect(looking).rejects.toThrow("there are both images.config.ts and images.config.json");
    await expect(looking).rejects.toBeInstanceOf(ConfigurationError);
  });

  it("finds it from a working directory that is reached through a link", async () => {
    await write("repository/images.config.ts");
    await symlink(join(root, "a"), join(place, "link"));
    expect(await findConfiguration(join(place, "link/b"), root)).toBe(join(root, "images.config.ts"));
  });

  it("refuses a link that leads out of the repository", async () => {
    await write("elsewhere.ts");
    await symlink(join(place, "elsewhere.ts"), join(root, "images.config.ts"));
    await expect(findConfiguration(root, root)).rejects.toThrow("is outside of the git repository");
  });
});

describe("findConfiguration with a name", () => {
  it("takes it relative to the working directory", async () => {
    await write("repository/images.config.ts", "repository/a/other.mjs");
    expect(await findConfiguration(join(root, "a/b"), root, "../other.mjs")).toBe(join(root, "a/other.mjs"));
  });

  it("takes a file whose name begins with two dots", async () => {
    await write("repository/..images.ts");
    expect(await findConfiguration(root, root, "..images.ts")).toBe(join(root, "..images.ts"));
  });

  it("takes a link within the repository as it is named", async () => {
    await write("repository/a/other.ts");
    await symlink("a/other.ts", join(root, "link.ts"));
    expect(await findConfiguration(root, root, "link.ts")).toBe(join(root, "link.ts"));
  });

  it.each([
    ["a file that is not there", "nothing.ts", "There is no file nothing.ts"],
    ["a directory", "a", "a is no configuration"],
    ["a file of another kind", "images.yaml", "images.yaml is no configuration"],
    ["a file outside of the repository", "../outside.ts", "../outside.ts is outside of the git repository"],
  ])("refuses %s", async (_, named, message) => {
    await write("outside.ts", "repository/images.yaml");
    const looking = findConfiguration(root, root, named);
    await expect(looking).rejects.toThrow(message);
    await expect(looking).rejects.toBeInstanceOf(UsageError);
  });
});
