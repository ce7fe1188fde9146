import { mkdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { askAhead, type Ahead } from "../../../src/adapters/git/ask-ahead.ts";
import { locate } from "../../../src/adapters/git/locate.ts";
import { openCheckout } from "../../../src/adapters/git/open-checkout.ts";
import { LIST } from "../../../src/adapters/git/read-index.ts";
import { UserError } from "../../../src/errors.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

let repository: Repository;
let own: string;

beforeEach(async () => {
  repository = await makeRepository({ "a.txt": "a", "src/b.txt": "b" });
  own = join(repository.folder, ".git/manage-images");
  await mkdir(own);
});
afterEach(() => repository.remove());

const askAheadIn = (directory: string) => askAhead(directory, locate(directory));

/** Whether what was asked ahead, before the file was there, is what a checkout goes by. */
async function countsAhead(ahead: Ahead, begin?: () => Promise<unknown>): Promise<boolean> {
  await ahead.located;
  // Long enough for git to have looked.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await repository.write({ "new.txt": "new" });
  const checkout = await openCheckout(ahead.directory, undefined, ahead);
  await begin?.();
  const release = await checkout.lock();
  const contents = await checkout.contents();
  await release();
  const entries = await contents.list(".", EVERYTHING);
  return !entries.some(({ path }) => path === "new.txt");
}

const EVERYTHING = {
  keeps: (path: string) => !path.startsWith(".git"),
  enters: () => true,
  keepsAllBelow: () => false,
  namesIn: () => "any" as const,
};

it("goes by what was asked ahead, in every directory of a checkout", async () => {
  expect(await countsAhead(askAheadIn(repository.folder))).toBe(true);
  await rm(join(repository.folder, "new.txt"));
  expect(await countsAhead(askAheadIn(join(repository.folder, "src")))).toBe(true);
});

it("goes by it in a clone in which no run was made", async () => {
  await rm(own, { recursive: true });
  expect(await countsAhead(askAheadIn(repository.folder))).toBe(true);
});

it("goes by it once", async () => {
  const ahead = askAheadIn(repository.folder);
  const checkout = await openCheckout(repository.folder, undefined, ahead);
  await checkout.contents();
  await repository.write({ "new.txt": "new" });
  const after = await (await openCheckout(repository.folder, undefined, ahead)).contents();
  expect((await after.list(".", EVERYTHING)).map(({ path }) => path)).toContain("new.txt");
});

it.each([
  ["was at work", () => symlink("somebody", join(own, "run.lock")), () => rm(join(own, "run.lock"))],
  ["was killed while it wrote", () => mkdir(join(own, "revision")), undefined],
  [
    "was the first, and has ended meanwhile",
    () => rm(own, { recursive: true }),
    () => openCheckout(repository.folder).then(async (other) => (await other.lock())()),
  ],
  [
    "has begun and ended meanwhile",
    () => Promise.resolve(),
    () => openCheckout(repository.folder).then(async (other) => (await other.lock())()),
  ],
])("asks again where a run %s", async (_, before, meanwhile) => {
  await before();
  expect(await countsAhead(askAheadIn(repository.folder), meanwhile)).toBe(false);
});

/** The files that hold an `a`, of which one is made after it was asked ahead. */
async function holdingAhead(wanted: string, meanwhile?: () => Promise<unknown>): Promise<readonly string[]> {
  const ahead = askAhead(repository.folder, locate(repository.folder), { texts: ["a"] });
  await ahead.located;
  // Long enough for git to have looked.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await repository.write({ "late.txt": "ab" });
  await repository.git("add", "late.txt");
  await meanwhile?.();
  const checkout = await openCheckout(repository.folder, undefined, ahead);
  const release = await checkout.lock();
  const contents = await checkout.contents({ texts: [wanted] });
  const each: string[] = [];
  for await (const file of contents.eachContaining([wanted])) each.push(file);
  await release();
  expect(each.toSorted()).toEqual(await contents.filesContaining([wanted]));
  return each;
}

it("goes by a search that was begun ahead, once", async () => {
  expect(await holdingAhead("a")).toEqual(["a.txt"]);
});

it("searches again for another text", async () => {
  expect((await holdingAhead("b")).toSorted()).toEqual(["late.txt", "src/b.txt"]);
});

it("searches again where a run has begun and ended meanwhile", async () => {
  const meanwhile = () => openCheckout(repository.folder).then(async (other) => (await other.lock())());
  expect((await holdingAhead("a", meanwhile)).toSorted()).toEqual(["a.txt", "late.txt"]);
});

it("asks again about another directory", async () => {
  const other = await makeRepository({ "c.txt": "c" });
  const checkout = await openCheckout(other.folder, undefined, askAheadIn(repository.folder));
  expect(await (await checkout.contents()).files()).toEqual(["c.txt"]);
  await other.remove();
});

it("tells what is wrong where it is used", async () => {
  const folder = await realpath(tmpdir());
  const ahead = askAheadIn(folder);
  await expect(openCheckout(folder, undefined, ahead)).rejects.toThrow(UserError);
});

it("ends what is not wanted", async () => {
  const ahead = askAheadIn(repository.folder);
  ahead.end();
  await ahead.located;
  expect((await ahead.ask(repository.folder, LIST)).toString()).toContain("a.txt");
});
