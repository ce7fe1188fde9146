import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { readIndex } from "../../../src/adapters/git/read-index.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

const PATHS = ["a", "a b", "a-", "a.txt", "a/b", "a0", "b/\n", "b/ä", "c/\ud83d\ude00", "z/z/z"];

let repository: Repository;
beforeEach(async () => {
  const files = Object.fromEntries(PATHS.filter((path) => path !== "a").map((path) => [path, path]));
  repository = await makeRepository(files);
});
afterEach(() => repository.remove());

const at = (path: string) => join(repository.folder, path);

/** What a path is said to be when it is asked for alone, and when all are. */
async function bothOf(path: string) {
  const [alone, all] = [await readIndex(repository.folder), await readIndex(repository.folder)];
  const entry = alone.entryOf(path);
  expect(all.entries.get(path)).toEqual(entry);
  expect(all.entryOf(path)).toEqual(entry);
  expect(all.doubtful.has(path)).toBe(entry !== undefined && !entry.isCurrent);
  return entry;
}

it("each path is found alone as among all, and no other", async () => {
  for (const path of PATHS)
    expect(await bothOf(path)).toEqual(
      path === "a"
        ? undefined
        : { mode: "100644", blob: expect.stringMatching(/^[0-9a-f]{40}$/), isCurrent: true },
    );
  for (const path of ["", " ", "0", "a/", "a/b/c", "b", "b/a", "c/\ufffd", "z/z/z/z", "\u{10ffff}"])
    expect(await bothOf(path)).toBeUndefined();
});

it.each<[string, string, () => Promise<unknown>]>([
  ["changed", "a.txt", () => writeFile(at("a.txt"), "other")],
  ["deleted", "b/ä", () => rm(at("b/ä"))],
  [
    "intended",
    "later",
    () => writeFile(at("later"), "").then(() => repository.git("add", "--intent-to-add", "later")),
  ],
  ["assumed unchanged", "a-", () => repository.git("update-index", "--assume-unchanged", "a-")],
  ["left out", "a0", () => repository.git("update-index", "--skip-worktree", "a0")],
  ["a submodule", "sub", () => addSubmodule("sub")],
])("what is %s is not current, alone as among all", async (_, path, happen) => {
  await happen();
  expect(await bothOf(path)).toMatchObject({ isCurrent: false });
  for (const other of PATHS) if (other !== path) await bothOf(other);
});

it("a link has its mode", async () => {
  await symlink("a.txt", at("link"));
  await repository.git("add", "link");
  expect(await bothOf("link")).toMatchObject({ mode: "120000", isCurrent: true });
});

it("what is not merged is not current", async () => {
  await repository.git("checkout", "--quiet", "-b", "theirs");
  await repository.write({ "a.txt": "theirs" });
  await repository.git("commit", "--quiet", "--all", "--message", "theirs");
  await repository.git("checkout", "--quiet", "main");
  await repository.write({ "a.txt": "ours" });
  await repository.git("commit", "--quiet", "--all", "--message", "ours");
  await expect(repository.git("merge", "theirs")).rejects.toThrow();
  expect(await bothOf("a.txt")).toMatchObject({ isCurrent: false });
});

it("a name that is not UTF-8 is found by what stands for it", async () => {
  await writeFile(Buffer.concat([Buffer.from(at("caf")), Buffer.from([0xe9])]), "");
  await repository.git("add", ".");
  expect(await bothOf("caf\ufffd")).toMatchObject({ isCurrent: true });
});

it("others are told apart, whatever their names are", async () => {
  await repository.write({ "H 100644 x 0\ty": "", "? q": "", "new/file": "" });
  const { others, entries } = await readIndex(repository.folder);
  expect(others.toSorted()).toEqual(["? q", "H 100644 x 0\ty", "new/"]);
  expect(entries.size).toBe(PATHS.length - 1);
});

it("an empty index has nothing", async () => {
  const empty = await makeRepository({});
  try {
    const { entries, entryOf, doubtful, others } = await readIndex(empty.folder);
    expect([entries.size, entryOf("a"), doubtful.size, others]).toEqual([0, undefined, 0, []]);
  } finally {
    await empty.remove();
  }
});

async function addSubmodule(path: string): Promise<void> {
  const head = (await repository.git("rev-parse", "HEAD")).trim();
  await repository.git("update-index", "--add", "--cacheinfo", `160000,${head},${path}`);
}
