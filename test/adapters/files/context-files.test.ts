import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { openContextFiles } from "../../../src/adapters/files/context-files.ts";
import type { ContextFilter } from "../../../src/ports.ts";

const everything: ContextFilter = {
  keeps: () => true,
  enters: () => true,
  keepsAllBelow: () => true,
  namesIn: () => "any",
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "checkout-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

async function listPaths(directory: string, filter = everything): Promise<readonly string[]> {
  return (await openContextFiles(root).list(directory, filter)).map(({ path }) => path);
}

it("files, links and empty directories are told apart", async () => {
  await write("plain", "tool");
  await chmod(join(root, "tool"), 0o700);
  await symlink("/etc", join(root, "link"));
  await mkdir(join(root, "empty"));
  expect(await openContextFiles(root).list(".", everything)).toMatchObject([
    { path: "empty", kind: "directory", executable: false, size: 0 },
    { path: "link", kind: "link", executable: false, size: 0, target: "/etc" },
    { path: "plain", kind: "file", executable: false, size: 5 },
    { path: "tool", kind: "file", executable: true, size: 4 },
  ]);
});

it("paths are from the context, and sorted by their bytes", async () => {
  await write("app/b", "app/a.c", "app/a/x", "app/B", "app/\u{1f600}", "app/\uffee", "other");
  expect(await listPaths("app")).toEqual(["B", "a.c", "a/x", "b", "\uffee", "\u{1f600}"]);
});

it("git's own files are never part of a context", async () => {
  await write(".git/config", "sub/.git", "sub/file", ".gitignore");
  expect(await listPaths(".")).toEqual([".gitignore", "sub/file"]);
});

it("a directory that is not entered is not read, one whose content is left out is empty", async () => {
  await write("in/a", "out/b", "hollow/c");
  const filter = {
    keeps: (path: string) => !/^out|^hollow\//.test(path),
    enters: (directory: string) => directory !== "out",
    keepsAllBelow: () => false,
    namesIn: () => "any" as const,
  };
  expect(await listPaths(".", filter)).toEqual(["hollow", "in/a"]);
});

it("what is kept below a directory that is left out is found", async () => {
  await write("out/a", "out/kept");
  expect(
    await listPaths(".", {
      keeps: (path) => path === "out/kept",
      enters: () => true,
      keepsAllBelow: () => false,
      namesIn: () => "any" as const,
    }),
  ).toEqual(["out/kept"]);
});

it("pipes and sockets are left out", async () => {
  await write("file");
  execFileSync("mkfifo", [join(root, "pipe")]);
  expect(await listPaths(".")).toEqual(["file"]);
});

/** A path of which a part is not UTF-8. */
function badPath(before: string, after = ""): Buffer {
  return Buffer.concat([Buffer.from(join(root, before)), Buffer.from([0xe9]), Buffer.from(after)]);
}

it("a name that is not UTF-8 is an error", async () => {
  await writeFile(badPath("caf"), "");
  await expect(listPaths(".")).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/not UTF-8: café/),
  });
});

it.each([
  ["with a file", true],
  ["that is empty", false],
])("a directory %s whose name is not UTF-8 is an error", async (_, hasFile) => {
  await mkdir(badPath("caf"));
  if (hasFile) await writeFile(badPath("caf", "/file"), "");
  await expect(listPaths(".")).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/not UTF-8: caf/),
  });
});

it("names that are not UTF-8 do no harm where they are left out", async () => {
  await write("kept/a", "\ufffd");
  await writeFile(badPath("caf"), "");
  await mkdir(badPath("dir"));
  const filter = {
    keeps: (path: string) => !/^(?:caf|dir)/.test(path),
    enters: (directory: string) => !directory.startsWith("dir"),
    keepsAllBelow: () => false,
    namesIn: () => "any" as const,
  };
  expect(await listPaths(".", filter)).toEqual(["kept/a", "\ufffd"]);
  const named = (directory: string) => (directory === "" ? ["kept"] : ("any" as const));
  expect(await listPaths(".", { ...everything, keepsAllBelow: () => false, namesIn: named })).toEqual([
    "kept/a",
  ]);
});

it("a context that is missing is an error", async () => {
  await expect(listPaths("none")).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("none"),
  });
});

it("a context outside of the checkout is an error, also through a link", async () => {
  await symlink("..", join(root, "up"));
  await expect(listPaths("up")).rejects.toThrow(/outside of the repository/);
  await expect(listPaths("..")).rejects.toThrow(/outside of the repository/);
});

it("a walk that is aborted ends with the signal's reason", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(openContextFiles(root).list(".", everything, signal)).rejects.toThrow("enough");
});
