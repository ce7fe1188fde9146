import { once } from "node:events";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Packet, Stat } from "./messages.ts";
import type { TreeNode } from "./file-tree.ts";

/** A conversation in which the builder fetches a tree of files. */
export type FileStream = ServerDuplexStream<Packet, Packet>;

const FILE = 0o644;
const PROGRAM = 0o755;
/** The bits of Go's `os.FileMode` that say what is no regular file. */
const DIRECTORY = 0x8000_0000;
const LINK = 0x0800_0000;

/** 1980-01-01, in nanoseconds: a constant, so that a layer is the same on every clone, and one that zip files can hold. */
const MODIFIED = 315_532_800 * 1e9;

/**
 * Sends a tree as fsutil's `Send` does (https://github.com/tonistiigi/fsutil): first the list of all nodes, then the bytes of
 * each file that is asked for by its index in the list, until the other side is done. Owner, group, modes and times are
 * the same on every machine.
 */
export async function sendTree(stream: FileStream, tree: readonly TreeNode[]): Promise<void> {
  const closed = new AbortController();
  stream.once("cancelled", () => {
    closed.abort();
  });
  const send = async (packet: Packet): Promise<void> => {
    if (!stream.write(packet)) await once(stream, "drain", { signal: closed.signal });
  };
  const list = sendList(tree, send);
  // An error is met when the list is awaited below; until then it must not count as unhandled.
  list.catch(() => undefined);
  for await (const packet of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Packet>) {
    if (packet.type === "REQUEST") await sendFile(tree, packet.ID ?? 0, send);
    if (packet.type === "ERROR")
      throw new Error(`The builder refused the files: ${Buffer.from(packet.data ?? []).toString()}`);
    if (packet.type === "FINISH") break;
  }
  await list;
  await send({ type: "FINISH" });
}

async function sendList(tree: readonly TreeNode[], send: (packet: Packet) => Promise<void>): Promise<void> {
  for (const node of tree) await send({ type: "STAT", stat: describeNode(node) });
  await send({ type: "STAT" });
}

async function sendFile(
  tree: readonly TreeNode[],
  index: number,
  send: (packet: Packet) => Promise<void>,
): Promise<void> {
  const node = tree[index];
  if (node === undefined) throw new Error(`The builder asked for file ${index} of ${tree.length}.`);
  for await (const data of node.read()) await send({ type: "DATA", ID: index, data });
  await send({ type: "DATA", ID: index });
}

function describeNode(node: TreeNode): Stat {
  return {
    path: node.path,
    mode: modeOf(node),
    size: node.size,
    modTime: MODIFIED,
    linkname: node.target ?? "",
  };
}

function modeOf({ kind, executable }: TreeNode): number {
  switch (kind) {
    case "directory":
      return DIRECTORY + 0o755;
    case "link":
      return LINK + 0o777;
    case "file":
      return executable ? PROGRAM : FILE;
  }
}
