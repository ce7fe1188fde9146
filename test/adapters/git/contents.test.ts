import { execFileSync } from "node:child_process";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "@jest/globals";
import { openContextFiles } from "../../../src/adapters/files/context-files.ts";
import { openCheckout } from "../../../src/adapters/git/open-checkout.ts";
import type { Contents, ContextEntry, ContextFilter, View } from "../../../src/ports.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

const EVERYTHING: ContextFilter = {
  keeps: () => true,
  enters: () => true,
  keepsAllBelow: () => true,
  namesIn: () => "any",
};
const AS_IT_IS: View = { marks: ["MARK"], apply: (_, bytes) => bytes };
const FILES = { "a.txt": "a", "src/b.txt": "b", "src/deep/c.txt": "c", "src/deep/d": "d", "tool/run": "run" };

let repository: Repository;
afterEach(() => repository.remove());

async function put(path: string, text = path): Promise<void> {
  await mkdir(dirname(join(repository.folder, path)), { recursive: true });
  await writeFile(join(repository.folder, path), text);
}

const at = (path: string) => join(repository.folder, path);

/** What may have happened to a working tree since git last looked at it. */
const HAPPENINGS: Readonly<Record<string, () => Promise<unknown>>> = {
  nothing: () => Promise.resolve(),
  "a file is changed": () => put("src/b.txt", "other"),
  "a file is deleted": () => rm(at("src/b.txt")),
  "all files of a directory are deleted": () => Promise.all([rm(at("src/deep/c.txt")), rm(at("src/deep/d"))]),
  "a directory is deleted": () => rm(at("src/deep"), { recursive: true }),
  "a file is new": () => put("src/new.txt"),
  "a directory is new": () => put("new/deep/file"),
  "a directory is new and empty": () => mkdir(at("new/empty"), { recursive: true }),
  "a directory in a tracked one is empty": () => mkdir(at("src/deep/empty")),
  "a file is ignored": () => put(".gitignore", "*.log\nbuild/\n").then(() => put("src/x.log")),
  "a directory is ignored": () => put(".gitignore", "build/\n").then(() => put("src/build/out")),
  "a file has become executable": () => chmod(at("tool/run"), 0o755),
  "a file has become a directory": () => rm(at("a.txt")).then(() => put("a.txt/inside")),
  "a directory has become a file": () => rm(at("src/deep"), { recursive: true }).then(() => put("src/deep")),
  "a file has become a link": () => rm(at("a.txt")).then(() => symlink("src/b.txt", at("a.txt"))),
  "a directory has become a link to another": () =>
    rename(at("src"), at("moved")).then(() => symlink("moved", at("src"))),
  "a link is new": () => symlink("/nowhere", at("src/link")),
  "a link is tracked": async () => {
    await symlink("b.txt", at("src/link"));
    await repository.git("add", "src/link");
  },
  "a pipe is new": () => Promise.resolve(execFileSync("mkfifo", [at("src/pipe")])),
  "a repository lies within": async () => {
    await put("src/inner/file");
    execFileSync("git", ["init", "--quiet", at("src/inner")]);
  },
  "a file is only intended to be added": async () => {
    await put("later");
    await repository.git("add", "--intent-to-add", "later");
  },
  "a file is staged": async () => {
    await put("staged");
    await repository.git("add", "staged");
  },
  "a staged file is deleted": async () => {
    await put("staged");
    await repository.git("add", "staged");
    await rm(at("staged"));
  },
  "a file is taken out of the index": () => repository.git("rm", "--cached", "--quiet", "src/b.txt"),
  "a file is not looked at, and changed": async () => {
    await repository.git("update-index", "--assume-unchanged", "src/b.txt");
    await put("src/b.txt", "other");
  },
  "a file is left out of the working tree": async () => {
    await repository.git("update-index", "--skip-worktree", "src/b.txt");
    await rm(at("src/b.txt"));
  },
  "git does not look at modes": async () => {
    await repository.git("config", "core.fileMode", "false");
    await chmod(at("tool/run"), 0o755);
  },
  "names are unusual": () => Promise.all([put("src/ä ö\n.txt"), put("src/\u{1f600}"), put("src/\uffee")]),
  "a merge has left a conflict": async () => {
    await repository.git("checkout", "--quiet", "-b", "other");
    await put("a.txt", "theirs");
    await repository.git("commit", "--quiet", "-am", "theirs");
    await repository.git("checkout", "--quiet", "-");
    await put("a.txt", "ours");
    await repository.git("commit", "--quiet", "-am", "ours");
    await repository.git("merge", "other").catch(() => undefined);
  },
};

it.each(Object.keys(HAPPENINGS))("what git tells is what the disk has: %s", async (name) => {
  repository = await makeRepository(FILES);
  await HAPPENINGS[name]?.();
  const contents = await (await openCheckout(repository.folder)).contents();
  for (const context of [".", "src"]) {
    const onDisk = await outcomeOf(openContextFiles(repository.folder).list(context, EVERYTHING));
    expect(await outcomeOf(contents.list(context, EVERYTHING))).toEqual(onDisk);
  }
  await expectRightIds(contents);
});

it.each(Object.keys(HAPPENINGS))("what git keeps is found as if all of it was searched: %s", async (name) => {
  repository = await makeRepository({ ...FILES, ".gitattributes": "tool/* filter=upper\n*.txt eol=crlf\n" });
  await repository.git("config", "filter.upper.clean", "tr a-z A-Z");
  await HAPPENINGS[name]?.();
  const contents = await (await openCheckout(repository.folder)).contents();
  // Staged when the contents were looked at already.
  await put("late.txt", "a b c d");
  await repository.git("add", "late.txt");
  for (const text of ["a", "b", "c", "d", "RUN", "other"]) {
    const found = [await contents.filesContaining([text]), await contents.committedContaining([text])].flat();
    expect([...new Set(found)].toSorted()).toEqual(
      [...new Set([...(await contents.filesContaining([text])), ...(await keptWith(text))])].toSorted(),
    );
  }
});

it.each([
  ["that git does not track", false],
  ["that git tracks", true],
])("a name that is no UTF-8 is seen where it counts, of a file %s", async (_, isTracked) => {
  repository = await makeRepository(FILES);
  await writeFile(Buffer.concat([Buffer.from(at("src/deep/caf")), Buffer.from([0xe9])]), "");
  if (isTracked) await repository.git("add", ".");
  const contents = await (await openCheckout(repository.folder)).contents();
  for (const context of [".", "src"])
    await expect(contents.list(context, EVERYTHING)).rejects.toThrow("not UTF-8");
  const keepsAllBelow = () => false;
  const withoutDeep = { ...EVERYTHING, keepsAllBelow, enters: (path: string) => path !== "deep" };
  expect((await contents.list("src", withoutDeep)).map(({ path }) => path)).toContain("b.txt");
});

it("what a submodule has is not untracked", async () => {
  const module = await makeRepository({ inner: "" });
  repository = await makeRepository(FILES);
  const allowed = ["-c", "protocol.file.allow=always"];
  await repository.git(...allowed, "submodule", "--quiet", "add", module.folder, "module");
  await module.remove();
  await put("new");
  const contents = await (await openCheckout(repository.folder)).contents();
  expect(await contents.untrackedOf(["a.txt", "module/inner", "module", "new", "modules/x"])).toEqual([
    "new",
    "modules/x",
  ]);
});

/** The files that hold a text in the index or in HEAD. */
async function keptWith(text: string): Promise<readonly string[]> {
  const search = async (...where: readonly string[]) =>
    repository.git("grep", "-l", "-I", "-F", "-e", text, ...where).catch(() => "");
  const lines = [await search("--cached"), await search("HEAD")].join("\n").split("\n");
  return lines.filter(Boolean).map((line) => line.replace(/^HEAD:/, ""));
}

/** The id of each file is that of git's blob with the bytes on the disk. */
async function expectRightIds(contents: Contents): Promise<void> {
  const entries = await openContextFiles(repository.folder).list(".", EVERYTHING);
  const files = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const ids = await contents.idsOf([...files, "not/there"], AS_IT_IS);
  const expected = files.map((path) => [
    path,
    execFileSync("git", ["hash-object", "--no-filters", "--", path], { cwd: repository.folder })
      .toString()
      .trim(),
  ]);
  expect(Object.fromEntries(ids)).toEqual(Object.fromEntries(expected));
}

/** The entries, or what went wrong. */
async function outcomeOf(list: Promise<readonly ContextEntry[]>): Promise<unknown> {
  return list.then((entries) => entries.map(withoutSize), String);
}

function withoutSize({ path, kind, executable, target }: ContextEntry): ContextEntry {
  return { path, kind, executable, ...(target === undefined ? {} : { target }) };
}

it.each([
  ["that are foreseen", { texts: ["MARK"] }],
  ["of which others are foreseen", { texts: ["OTHER"], ids: false }],
  ["that nobody foresaw", undefined],
])("the files with marks %s are found again when they, or others, have changed", async (_, foreseen) => {
  repository = await makeRepository({ ...FILES, "src/marked": "MARK" });
  const find = async () =>
    (await (await openCheckout(repository.folder)).contents(foreseen)).filesContaining(["MARK"]);
  expect(await find()).toEqual(["src/marked"]);
  await mkdir(at(".git/manage-images"));
  expect(await find()).toEqual(["src/marked"]);
  expect(await find()).toEqual(["src/marked"]);
  await put("a.txt", "now a MARK");
  expect(await find()).toEqual(["a.txt", "src/marked"]);
  await put("src/marked", "none");
  expect(await find()).toEqual(["a.txt"]);
  await repository.git("commit", "--quiet", "-am", "other");
  expect(await find()).toEqual(["a.txt"]);
  await put("untracked", "MARK");
  await put("src/b.txt", "MARK \0");
  expect(await find()).toEqual(["a.txt"]);
});
