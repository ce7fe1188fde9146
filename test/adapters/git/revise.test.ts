import { existsSync, renameSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openCheckout } from "../../../src/adapters/git/open-checkout.ts";
import type { Revised } from "../../../src/ports.ts";
import { commitAll, makeRepository, type Content, type Repository } from "../../support/repository.ts";

let repository: Repository;

afterEach(() => repository.remove());

async function given(files: Record<string, Content>): Promise<Repository> {
  repository = await makeRepository(files);
  return repository;
}

/** Replaces OLD by NEW in all files that have it, and creates a lock file that says NEW. */
async function revise(
  options: { message?: string | undefined; creates?: readonly string[] } = {},
): Promise<Revised> {
  const { creates = [] } = options;
  const message = "message" in options ? options.message : "Update digests";
  const checkout = await openCheckout(repository.folder);
  await checkout.recover();
  const contents = await checkout.contents();
  return checkout.revise({
    paths: [
      ...new Set([
        ...(await contents.filesContaining(["OLD"])),
        ...(await contents.committedContaining(["OLD"])),
      ]),
    ],
    creates,
    rewrite: (path, bytes) => {
      if (creates.includes(path)) return Buffer.from("NEW\n");
      return bytes && Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("OLD", "NEW"), "latin1");
    },
    ...(message === undefined ? {} : { commit: { message, trailers: [], signoff: false } }),
  });
}

describe("a revision", () => {
  it("changes the files that are to be changed, and commits just that", async () => {
    const { git, read } = await given({ a: "x OLD\n", "b/c": "OLD OLD", d: "nothing" });
    const { changed, commit, skipped } = await revise({ creates: ["lock"] });
    expect({ changed: changed.toSorted(), skipped }).toEqual({ changed: ["a", "b/c", "lock"], skipped: [] });
    expect(await git("rev-parse", "HEAD")).toBe(commit);
    expect(await git("log", "--format=%s", "-1")).toBe("Update digests");
    expect(await git("show", "--format=", "--name-only")).toBe("a\nb/c\nlock");
    expect(await git("status", "--porcelain")).toBe("");
    expect((await read("a")).toString()).toBe("x NEW\n");
  });

  it("makes no commit where nothing changes", async () => {
    const { git } = await given({ a: "nothing" });
    const head = await git("rev-parse", "HEAD");
    expect(await revise()).toEqual({ changed: [], skipped: [] });
    expect(await git("rev-parse", "HEAD")).toBe(head);
  });

  it("leaves staged and unstaged edits of the user's uncommitted, and gives them the new text, too", async () => {
    const { git, read, write } = await given({ staged: "OLD\n", unstaged: "OLD\n", both: "OLD\n1\n2\n3\n" });
    await write({ staged: "OLD\nstaged\n", both: "0\nOLD\n1\n2\n3\n" });
    await git("add", "staged", "both");
    await write({ unstaged: "OLD\nunstaged\n", both: "0\nOLD\n1\n2\n3\n4\n", untracked: "OLD" });
    await revise();
    expect(await git("show", "HEAD:staged")).toBe("NEW");
    expect(await git("show", "HEAD:unstaged")).toBe("NEW");
    expect(await git("show", "HEAD:both")).toBe("NEW\n1\n2\n3");
    expect(await git("show", ":staged")).toBe("NEW\nstaged");
    expect(await git("show", ":unstaged")).toBe("NEW");
    expect(await git("show", ":both")).toBe("0\nNEW\n1\n2\n3");
    expect((await read("unstaged")).toString()).toBe("NEW\nunstaged\n");
    expect((await read("both")).toString()).toBe("0\nNEW\n1\n2\n3\n4\n");
    expect((await read("untracked")).toString()).toBe("OLD");
    expect(await git("status", "--porcelain")).toBe("MM both\nM  staged\n M unstaged\n?? untracked");
  });

  it("leaves an edit visible that git can only tell from the index's time", async () => {
    const { folder, git, write } = await given({ pin: "OLD\n", edited: "1\n" });
    await git("config", "core.trustctime", "false");
    const moment = new Date("2001-02-03T04:05:06Z");
    const setTime = (path: string) => utimes(join(folder, path), moment, moment);
    await setTime("edited");
    await git("update-index", "--refresh");
    await setTime(".git/index");
    await write({ edited: "2\n" });
    await setTime("edited");
    await revise();
    expect(await git("status", "--porcelain")).toBe(" M edited");
  });

  it("keeps renames and deletions that are staged, and a new file that is staged", async () => {
    const { git, write } = await given({
      old: "OLD and much more text that makes it the same file\n",
      gone: "OLD",
      a: "OLD",
    });
    await git("mv", "old", "moved");
    await git("rm", "--quiet", "gone");
    await write({ new: "OLD\n" });
    await git("add", "new");
    await revise();
    expect(await git("show", "HEAD:old")).toMatch(/^NEW/);
    expect(await git("show", "HEAD:gone")).toBe("NEW");
    expect(await git("show", ":moved")).toMatch(/^NEW/);
    expect(await git("show", ":new")).toBe("NEW");
    expect((await git("status", "--porcelain")).split("\n").toSorted()).toEqual([
      "A  new",
      "D  gone",
      "R  old -> moved",
    ]);
  });

  it("writes files whose names have spaces, quotes, newlines and letters beyond ASCII", async () => {
    const names = ["a b", 'quo"te', "new\nline", "é", ":(glob)*", "-n", "back\\slash", "\ttab"];
    const { git, read } = await given(Object.fromEntries(names.map((name) => [name, "OLD"])));
    const { changed } = await revise();
    expect(changed.toSorted()).toEqual(names.toSorted());
    for (const name of names) expect((await read(name)).toString()).toBe("NEW");
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("keeps modes, links, binary files, and bytes that are no UTF-8", async () => {
    const { git, read } = await given({
      program: { program: "#!/bin/sh\necho OLD\n" },
      link: { linkTo: "program" },
      binary: Buffer.from("OLD\0"),
      latin: Buffer.from("é OLD\r\n\xff", "latin1"),
    });
    await revise();
    expect(await git("ls-files", "-s", "program", "link")).toMatch(/^120000 .*link\n100755 .*program$/);
    expect((await read("binary")).toString()).toBe("OLD\0");
    expect(await read("latin")).toEqual(Buffer.from("é NEW\r\n\xff", "latin1"));
    expect(await git("show", "--format=", "--name-only")).toBe("latin\nprogram");
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("writes CRLF files as git keeps and as the working tree shows them", async () => {
    const { git, read } = await given({ ".gitattributes": "* text eol=crlf\n", a: "1\r\nOLD\r\n" });
    await revise();
    expect((await read("a")).toString()).toBe("1\r\nNEW\r\n");
    expect(await git("cat-file", "blob", "HEAD:a")).toBe("1\nNEW");
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("leaves a file alone whose filter hides its text from git, and says so", async () => {
    const { git } = await given({ ".gitattributes": "secret filter=rot\n" });
    await git("config", "filter.rot.clean", "tr A-Z N-ZA-M");
    await git("config", "filter.rot.smudge", "tr A-Z N-ZA-M");
    await repository.write({ secret: "OLD\n" });
    await commitAll(repository);
    const { skipped, commit } = await revise();
    expect(skipped).toEqual([{ path: "secret", why: "git filters it with rot" }]);
    expect(commit).toBeUndefined();
    expect((await repository.read("secret")).toString()).toBe("OLD\n");
  });

  it("changes the working tree only, where there is no message", async () => {
    const { git } = await given({ a: "OLD" });
    expect((await revise({ message: undefined, creates: ["lock"] })).commit).toBeUndefined();
    expect(await git("status", "--porcelain")).toBe(" M a\n?? lock");
  });

  it("changes the working tree only in a repository without a commit", async () => {
    const { write, git } = await given({});
    await write({ a: "OLD" });
    await git("add", "a");
    expect(await revise()).toEqual({
      changed: ["a"],
      skipped: [],
      notCommitted: "the repository has no commit yet",
    });
    expect((await repository.read("a")).toString()).toBe("NEW");
    expect(await git("show", ":a")).toBe("OLD");
  });

  it.each([
    ["a merge", ["merge", "other"]],
    ["a cherry-pick", ["cherry-pick", "other"]],
    ["a rebase", ["rebase", "other"]],
    ["a revert", ["revert", "--no-edit", "HEAD~1"]],
  ])("changes the working tree only during %s", async (operation, command) => {
    const { git, write } = await given({ a: "OLD", file: "1\n" });
    await git("checkout", "--quiet", "-b", "other");
    await write({ file: "2\n" });
    await commitAll(repository);
    await git("checkout", "--quiet", "main");
    await write({ file: "3\n" });
    await commitAll(repository);
    await write({ file: "4\n" });
    await commitAll(repository);
    await git(...command).catch(() => undefined);
    const head = await git("rev-parse", "HEAD");
    expect((await revise()).notCommitted).toBe(`${operation} is going on`);
    expect(await git("rev-parse", "HEAD")).toBe(head);
    expect((await repository.read("a")).toString()).toBe("NEW");
  });

  it("runs the repository's hooks", async () => {
    const { write, git } = await given({ a: "OLD" });
    await write({ ".git/hooks/commit-msg": { program: '#!/bin/sh\necho "Checked-by: hook" >>"$1"\n' } });
    await revise();
    expect(await git("log", "-1", "--format=%B")).toContain("Checked-by: hook");
  });

  it.each([
    ["a hook that refuses", "#!/bin/sh\necho no digests on Fridays >&2\nexit 1\n", /no digests on Fridays/],
    ["a hook that adds the user's edits", "#!/bin/sh\ngit add --all\n", /hook.*added other changes/],
  ])("changes nothing because of %s", async (_, program, message) => {
    const { write, git, snapshot } = await given({ a: "OLD", b: "1" });
    await write({ b: "2", ".git/hooks/pre-commit": { program } });
    await git("status");
    const before = await snapshot();
    await expect(revise({ creates: ["lock"] })).rejects.toThrow(message);
    expect(await snapshot()).toBe(before);
  });

  it.each([
    [
      "by writing into it",
      (file: string) => {
        writeFileSync(file, "mine");
      },
    ],
    [
      "by putting another in its place",
      (file: string) => {
        writeFileSync(`${file}~`, "mine");
        renameSync(`${file}~`, file);
      },
    ],
  ])("leaves a file that somebody changes meanwhile %s, and brings the others back", async (_, change) => {
    const { folder, git, read } = await given({ a: "OLD", b: "OLD", c: "OLD" });
    const checkout = await openCheckout(folder);
    const rewrite = (path: string) => {
      if (path === "b") change(join(folder, path));
      return Buffer.from("NEW");
    };
    await expect(checkout.revise({ paths: ["a", "b", "c"], creates: [], rewrite })).rejects.toThrow(
      /^b was changed/,
    );
    expect((await read("b")).toString()).toBe("mine");
    expect((await git("diff", "--name-only")).trim()).toBe("b");
    expect(existsSync(join(folder, ".git/manage-images/revision"))).toBe(false);
  });

  it("signs the commit if the repository says so", async () => {
    const { git, write, folder } = await given({ a: "OLD" });
    await write({
      ".git/sign": { program: "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho SIGNED\n" },
    });
    await git("config", "gpg.program", `${folder}/.git/sign`);
    await git("config", "commit.gpgsign", "true");
    await revise();
    expect(await git("cat-file", "commit", "HEAD")).toContain("gpgsig SIGNED");
  });

  it("changes nothing while another git process holds the index", async () => {
    const { write, read, git } = await given({ a: "OLD" });
    await write({ ".git/index.lock": "" });
    await expect(revise()).rejects.toThrow(/index\.lock exists/);
    expect((await read("a")).toString()).toBe("OLD");
    expect((await read(".git/index.lock")).toString()).toBe("");
    await git("rev-parse", "HEAD");
  });

  it("keeps skip-worktree and assume-unchanged, and files that are not checked out", async () => {
    const { git } = await given({ skipped: "OLD", assumed: "OLD", a: "OLD" });
    await git("update-index", "--skip-worktree", "skipped");
    await git("update-index", "--assume-unchanged", "assumed");
    await revise();
    expect(await git("ls-files", "-v")).toBe("H a\nh assumed\nS skipped");
    expect(await git("show", "HEAD:skipped", "HEAD:assumed")).toBe("NEWNEW");
  });

  it("leaves what is only intended to be added for later", async () => {
    const { git, write, read } = await given({ a: "1" });
    await write({ later: "OLD" });
    await git("add", "--intent-to-add", "later");
    expect((await revise()).commit).toBeUndefined();
    expect((await read("later")).toString()).toBe("NEW");
    expect(await git("status", "--porcelain")).toBe(" A later");
  });

  it("does not commit a new file that git ignores, and says so", async () => {
    const { git } = await given({ ".gitignore": "lock\n", a: "OLD" });
    const { skipped } = await revise({ creates: ["lock"] });
    expect(skipped).toEqual([{ path: "lock", why: "git ignores it" }]);
    expect(await git("show", "--format=", "--name-only")).toBe("a");
    expect((await repository.read("lock")).toString()).toBe("NEW\n");
  });

  it("works in a worktree, on a detached head, and with a split index", async () => {
    const { git, folder } = await given({ a: "OLD" });
    await git("config", "core.splitIndex", "true");
    await git("worktree", "add", "--quiet", "--detach", `${folder}/tree`);
    const main = repository;
    const checkout = await openCheckout(`${folder}/tree`);
    const { commit } = await checkout.revise({
      paths: ["a"],
      creates: [],
      rewrite: () => Buffer.from("NEW"),
      commit: { message: "In the worktree", trailers: [], signoff: false },
    });
    expect(await main.git("-C", "tree", "rev-parse", "HEAD")).toBe(commit);
    expect(await main.git("-C", "tree", "status", "--porcelain")).toBe("");
    expect(await main.git("show", "main:a")).toBe("OLD");
  });
});
