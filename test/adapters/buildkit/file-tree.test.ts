import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { contextTree, type TreeNode } from "../../../src/adapters/buildkit/file-tree.ts";
import type { SizedEntry } from "../../../src/ports.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tree-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = (path: string, size = 0): SizedEntry => ({ path, kind: "file", executable: false, size });

async function read(node: TreeNode | undefined): Promise<number> {
  let size = 0;
  for await (const piece of node?.read() ?? []) size += piece.length;
  return size;
}

it("directories come before what they hold, and their content right after them", () => {
  const entries = [
    file("a.c"),
    file("a/b/c"),
    file("a/b.c"),
    { ...file("empty"), kind: "directory" as const },
  ];
  const nodes = contextTree(folder, entries);
  expect(nodes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    "directory a",
    "directory a/b",
    "file a/b/c",
    "file a/b.c",
    "file a.c",
    "directory empty",
  ]);
});

it("a large file is read in pieces", async () => {
  await writeFile(join(folder, "large"), Buffer.alloc(1_000_001));
  const [node] = contextTree(folder, [file("large", 1_000_001)]);
  expect(await read(node)).toBe(1_000_001);
});

it.each([
  { change: "grown", size: 3 },
  { change: "shrunk", size: 5 },
])("a file that has $change is an error", async ({ size }) => {
  await writeFile(join(folder, "file"), "four");
  const [node] = contextTree(folder, [file("file", size)]);
  await expect(read(node)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/^file changed/),
  });
});

it("a file that a link has replaced is an error", async () => {
  await symlink("/etc/passwd", join(folder, "file"));
  const [node] = contextTree(folder, [file("file", 4)]);
  await expect(read(node)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/^file changed/),
  });
});
