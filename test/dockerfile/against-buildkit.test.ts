/** What this program says of Dockerfiles, held against what BuildKit does with them. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parseDockerignore } from "../../src/dockerfile/dockerignore.ts";
import { readDockerfile } from "../../src/dockerfile/read-dockerfile.ts";
import { reachFilter } from "../../src/dockerfile/reach.ts";
import { REFUSED, startBuildKit, type BuildKit, type Tree } from "./buildkit.ts";
import { CASES } from "./cases.ts";
import { IGNORE_CASES, IGNORE_TREE } from "./ignore-cases.ts";
import { keptOf } from "./kept-of.ts";
import { REACH_CASES, TREE } from "./reach-cases.ts";

let buildKit: BuildKit;

beforeAll(async () => {
  buildKit = await startBuildKit();
}, 120_000);

afterAll(async () => {
  await buildKit.stop();
}, 60_000);

describe("BuildKit agrees that", () => {
  it.each(CASES.filter(({ apart }) => apart === undefined))(
    "$title",
    async ({ dockerfile, uses, refused, ...options }) => {
      const built = await buildKit.build(dockerfile, { "a.txt": "a" }, { ...options, encoding: "latin1" });
      if (refused !== undefined) {
        expect(built.error).toMatch(REFUSED);
        return;
      }
      expect(built.error).toBeUndefined();
      const replaced = Object.values(options.contexts ?? {}).map((image) =>
        image.replace("docker-image://", ""),
      );
      const expected = [...uses, ...replaced.filter((image) => built.resolved.includes(`library/${image}`))];
      expect(built.resolved).toEqual([...new Set(expected)].map((name) => `library/${name}`).sort());
    },
    60_000,
  );
});

describe("BuildKit sends what .dockerignore leaves:", () => {
  it.each(IGNORE_CASES)(
    "%s",
    async (_, text) => {
      const ignore = text === "" ? {} : { ".dockerignore": text };
      const built = await buildKit.build("FROM scratch\nCOPY . /\n", { ...IGNORE_TREE, ...ignore });
      const files = built.files.filter((path) => path !== ".dockerignore");
      expect(files).toEqual(pathsOf(keptOf(IGNORE_TREE, parseDockerignore(text))));
    },
    60_000,
  );
});

describe("BuildKit needs no more than what is sent for", () => {
  it.each(REACH_CASES.filter(({ apart }) => apart === undefined))(
    "$title",
    async ({ dockerfile, args = {} }) => {
      const text = `FROM scratch\n${dockerfile}`;
      const bytes = Buffer.from(text);
      const { reach } = readDockerfile({ file: "", bytes, args, platform: "linux/amd64", contexts: [] });
      const [whole, part] = [
        await buildKit.build(text, TREE, { args }),
        await buildKit.build(text, keptOf(TREE, reachFilter(reach)), { args }),
      ];
      expect(part).toEqual(whole);
    },
    60_000,
  );
});

function pathsOf(tree: Tree): readonly string[] {
  return Object.keys(tree)
    .map((path) => path.replace(/\/$/, ""))
    .sort();
}
