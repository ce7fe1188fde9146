import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { SizedEntry } from "../../ports.ts";

/** One file, link or directory as it is sent to the builder. */
export interface TreeNode {
  /** From the tree's root, with `/`. */
  readonly path: string;
  readonly kind: SizedEntry["kind"];
  readonly executable: boolean;
  readonly size: number;
  /** Where a link points to, as written. */
  readonly target?: string;
  /** The bytes of a file, in pieces. */
  read(): AsyncIterable<Uint8Array>;
}

/** How much of a file is read at once, in bytes. */
const PIECE = 256 * 1024;

/**
 * The tree of a context: its entries and the directories they lie in, each directory before what it holds, names in bytewise
 * order. Reading a file that is no longer what its entry says is a `UserError`.
 */
export function contextTree(directory: string, entries: readonly SizedEntry[]): readonly TreeNode[] {
  const nodes = entries.map((entry) => contextNode(directory, entry));
  const parents = [...new Set(entries.flatMap(({ path }) => parentsOf(path)))].map(directoryNode);
  return sortNodes([...parents, ...nodes]);
}

/** A tree of files in memory, in the order given. */
export function memoryTree(files: Readonly<Record<string, Uint8Array>>): readonly TreeNode[] {
  return Object.entries(files).map(([path, bytes]) => ({
    path,
    kind: "file",
    executable: false,
    size: bytes.length,
    read: async function* () {
      yield await Promise.resolve(bytes);
    },
  }));
}

function contextNode(directory: string, entry: SizedEntry): TreeNode {
  return { ...entry, read: () => readWhole(join(directory, entry.path), entry) };
}

/** `a/b/c` lies in `a` and `a/b`. */
function parentsOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function directoryNode(path: string): TreeNode {
  return { path, kind: "directory", executable: false, size: 0, read: nothing };
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // A directory has no bytes.
}

/** The receiver wants a directory's content right after the directory, so that `/` sorts before any character of a name. */
function sortNodes(nodes: readonly TreeNode[]): readonly TreeNode[] {
  const keyed = nodes.map((node) => ({ node, key: Buffer.from(node.path.replaceAll("/", "\0")) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ node }) => node);
}

async function* readWhole(absolute: string, entry: SizedEntry): AsyncIterable<Uint8Array> {
  const file = await openUnchanged(absolute, entry);
  try {
    let left = entry.size;
    while (left > 0) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(left, PIECE)));
      if (bytesRead === 0) throw changed(entry);
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if ((await file.stat()).size !== entry.size) throw changed(entry);
  } finally {
    await file.close();
  }
}

/** Never through a link that has taken the file's place. */
async function openUnchanged(absolute: string, entry: SizedEntry): Promise<FileHandle> {
  try {
    return await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw unreadable(entry, error);
    throw changed(entry, error);
  }
}

function unreadable({ path }: SizedEntry, cause: unknown): UserError {
  return new UserError(`${path} of the build context cannot be read: permission denied.`, {
    remedy: "Make the file readable, or leave it out by .dockerignore.",
    cause,
  });
}

function changed({ path }: SizedEntry, cause?: unknown): UserError {
  return new UserError(`${path} changed while the build context was being sent.`, {
    remedy: "Run again, and leave files that are being written out by .dockerignore.",
    cause,
  });
}
