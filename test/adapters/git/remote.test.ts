import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openCheckout } from "../../../src/adapters/git/open-checkout.ts";
import type { Remote } from "../../../src/ports/forge.ts";
import { makeOrigin, type BareRepository } from "../../support/forges/bare-repository.ts";
import { commitAll, makeRepository, repositoryAt, type Repository } from "../../support/repository.ts";

let repository: Repository;
let origin: BareRepository;

beforeEach(async () => {
  repository = await makeRepository({ a: "1\n" });
  origin = await makeOrigin(repository);
});
afterEach(async () => {
  await repository.remove();
  await origin.remove();
});

async function remoteOf({ folder }: Repository): Promise<Remote> {
  return (await openCheckout(folder)).remote("origin");
}

/** A commit that nobody but the remote has, above another one or above none. */
async function commitThere(message: string, ...parents: readonly string[]): Promise<string> {
  const above = parents.flatMap((parent) => ["-p", parent]);
  return origin.git("commit-tree", "main^{tree}", ...above, "-m", message);
}

const moveTo = (branch: string, commit: string) => origin.git("update-ref", `refs/heads/${branch}`, commit);
const has = async (commit: string) =>
  repository.git("cat-file", "-e", `${commit}^{tree}`).then(
    () => true,
    () => false,
  );

describe("a branch of a remote", () => {
  it("is fetched as it is, and as it was seen where it still has that", async () => {
    const remote = await remoteOf(repository);
    const first = await commitThere("first", "main");
    await moveTo("bot", first);
    const seen = await remote.branches("now");
    expect(seen).toEqual(new Map(Object.entries({ bot: first, main: await origin.tip("main") })));
    const second = await commitThere("second", first);
    await moveTo("bot", second);
    expect(await remote.branches("last seen")).toBe(seen);
    expect(await remote.fetch("bot", seen)).toBe(first);
    expect(await remote.fetch("bot")).toBe(second);
    expect(await has(second)).toBe(true);
    expect(await remote.fetch("main", seen)).toBe(await origin.tip("main"));
    // That is for whoever fetches by hand.
    await expect(readFile(join(repository.folder, ".git/FETCH_HEAD"))).rejects.toThrow("ENOENT");
  });

  it("is looked at again where it was moved away, or deleted, since it was seen", async () => {
    const remote = await remoteOf(repository);
    await moveTo("bot", await commitThere("first", "main"));
    const seen = await remote.branches("now");
    const other = await commitThere("other", "main");
    await moveTo("bot", other);
    expect(await remote.fetch("bot", seen)).toBe(other);
    expect(await has(other)).toBe(true);
    await moveTo("bot", await commitThere("third", "main"));
    const again = await remote.branches("now");
    await origin.git("update-ref", "-d", "refs/heads/bot");
    expect(await remote.fetch("bot", again)).toBeUndefined();
  });

  it("is not there where only the end of another's name is its", async () => {
    const remote = await remoteOf(repository);
    await moveTo("x/refs/heads/bot", await commitThere("first", "main"));
    expect(await remote.fetch("bot")).toBeUndefined();
  });

  it("is fetched with all below it although the clone has its commit, which no branch of the clone leads to", async () => {
    const below = await commitThere("below", "main");
    const tip = await commitThere("tip", below);
    // Of the two only the upper one, as after a part of what nothing leads to was pruned.
    const object = await origin.git("cat-file", "commit", tip);
    await repository.write({ ".git/commit-object": `${object}\n` });
    await repository.git("hash-object", "-t", "commit", "-w", ".git/commit-object");
    await moveTo("bot", tip);
    expect(await (await remoteOf(repository)).fetch("bot")).toBe(tip);
    expect(await has(below)).toBe(true);
  });

  it("gets fifty commits of its history in a shallow clone, also where that has its tip", async () => {
    for (const name of ["b", "c"]) {
      await repository.write({ [name]: name });
      await commitAll(repository);
    }
    await repository.git("push", "--quiet", "origin", "main");
    const shallow = repositoryAt(join(origin.folder, "clone"));
    await repository.git("clone", "--quiet", "--depth=1", `file://${origin.folder}`, shallow.folder);
    expect(await (await remoteOf(shallow)).fetch("main")).toBe(await origin.tip("main"));
    expect(await shallow.git("rev-list", "--count", "HEAD")).toBe("3");
  });
});
