import { UserError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import { readBlobs } from "./blobs.ts";
import type { Folders } from "./folders.ts";
import { runAt, type Logins } from "./logins.ts";
import { remoteUrl } from "./remote-url.ts";
import { runGit, splitNul } from "./run-git.ts";
import { readRegularFile } from "./working-tree.ts";

/** Where the branches and tags of the remotes are while they are looked at. */
const REFS = "refs/manage-images/remotes";

/** So many bytes are read at once. */
const AT_ONCE = 32_000_000;

/**
 * Which of the digests stand in any file of any branch or tag, here or at a remote, up to `history` commits back, in the
 * index, or in the working tree. The remotes are asked. A `UserError` where not all can be seen.
 */
export async function findNamed(
  folders: Folders,
  logins: Logins,
  digests: ReadonlySet<Digest>,
  history: number,
): Promise<ReadonlySet<Digest>> {
  const { root } = folders;
  if (await isShallow(root)) throw shallow();
  try {
    for (const remote of await lines(root, ["remote"])) await fetchAll(root, remote, logins);
    const commits = await withHistory(root, await tipsOf(root), history);
    const blobs = [...(await blobsOf(root, commits)), ...(await stagedBlobs(root))];
    const named = new Set<Digest>();
    for (const ids of await inPortions(root, [...new Set(blobs)]))
      for (const bytes of (await readBlobs(folders, ids)).values()) collect(bytes, digests, named);
    for (const path of await changedFiles(root))
      collect((await readRegularFile(root, path)) ?? new Uint8Array(), digests, named);
    return named;
  } finally {
    await removeRefs(root);
  }
}

async function isShallow(root: string): Promise<boolean> {
  return (await lines(root, ["rev-parse", "--is-shallow-repository"]))[0] === "true";
}

/** Branches and tags of a remote, whatever part of them this clone follows; into refs of our own, so that no other changes. */
async function fetchAll(root: string, remote: string, { atHome }: Logins): Promise<void> {
  const refs = ["heads", "tags"].map((kind) => `+refs/${kind}/*:${REFS}/${remote}/${kind}/*`);
  const quiet = ["--quiet", "--no-tags", "--refmap=", "--no-write-fetch-head", "--recurse-submodules=no"];
  const environment = await atHome(await remoteUrl(root, remote, "fetch"));
  await runAt(root, ["fetch", ...quiet, "--", remote, ...refs], { environment }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : "";
    const mend = (error instanceof UserError ? error.remedy : undefined) ?? "Mend the remote, or remove it.";
    throw new UserError(`The remote ${remote} could not be asked for its branches. ${why}`, {
      remedy: `Nothing was deleted: what cannot be seen may be needed. ${mend}`,
      cause: error,
    });
  });
}

async function tipsOf(root: string): Promise<readonly string[]> {
  const refs = await lines(root, ["for-each-ref", "--format=%(objectname)"]);
  const worktrees = await lines(root, ["worktree", "list", "--porcelain"]);
  const heads = worktrees.flatMap((line) => /^HEAD ([0-9a-f]+)$/.exec(line)?.[1] ?? []);
  // Of a repository without a commit.
  return [...new Set([...refs, ...heads])].filter((id) => !/^0+$/.test(id));
}

async function withHistory(
  root: string,
  tips: readonly string[],
  history: number,
): Promise<readonly string[]> {
  if (history === 0) return tips;
  const commits = new Set(tips);
  for (const tip of tips) {
    // A tag may be of something that has no history.
    const args = ["rev-list", `--max-count=${history + 1}`, "--end-of-options", tip];
    const found = (await runGit(root, args, { accepts: [0, 128] })).toString().split("\n");
    for (const commit of found) if (commit !== "") commits.add(commit);
  }
  return [...commits];
}

async function blobsOf(root: string, commits: readonly string[]): Promise<readonly string[]> {
  if (commits.length === 0) return [];
  const list = ["rev-list", "--objects", "--no-object-names", "--no-walk=unsorted", "--stdin"];
  return (await runGit(root, list, { input: `${commits.join("\n")}\n` })).toString().trim().split("\n");
}

async function stagedBlobs(root: string): Promise<readonly string[]> {
  const entries = splitNul(await runGit(root, ["ls-files", "--stage", "-z", "--full-name", ":/"]));
  return entries.flatMap((entry) => /^100\d+ ([0-9a-f]+) /.exec(entry)?.[1] ?? []);
}

async function changedFiles(root: string): Promise<readonly string[]> {
  const args = ["ls-files", "-z", "--modified", "--others", "--exclude-standard", "--full-name", ":/"];
  return splitNul(await runGit(root, args));
}

/** The ids of those that are blobs, in portions that can be held at once. */
async function inPortions(root: string, ids: readonly string[]): Promise<readonly (readonly string[])[]> {
  if (ids.length === 0) return [];
  const format = "--batch-check=%(objectname) %(objecttype) %(objectsize)";
  const output = await runGit(root, ["cat-file", format], { input: `${ids.join("\n")}\n` });
  const portions: string[][] = [];
  let room = 0;
  for (const line of output.toString().trim().split("\n")) {
    const [id = "", type, size] = line.split(" ");
    if (type !== "blob") continue;
    if (room < Number(size) || portions.length === 0) {
      portions.push([]);
      room = AT_ONCE;
    }
    portions.at(-1)?.push(id);
    room -= Number(size);
  }
  return portions;
}

/** Text in UTF-16 has a zero byte beside each digit. */
function collect(bytes: Uint8Array, digests: ReadonlySet<Digest>, named: Set<Digest>): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const versions = text.includes("\0") ? [text, text.replaceAll("\0", "")] : [text];
  for (const version of versions)
    for (const [run] of version.matchAll(/[0-9a-f]{64,}/g))
      for (let start = 0; start + 64 <= run.length; start += 1) {
        const digest = `sha256:${run.slice(start, start + 64)}` as Digest;
        if (digests.has(digest)) named.add(digest);
      }
}

async function removeRefs(root: string): Promise<void> {
  const deletions = await runGit(root, ["for-each-ref", "--format=delete %(refname)", REFS]);
  if (deletions.length > 0) await runGit(root, ["update-ref", "--stdin"], { input: deletions });
}

async function lines(root: string, args: readonly string[]): Promise<readonly string[]> {
  const output = (await runGit(root, args)).toString().trim();
  return output === "" ? [] : output.split("\n");
}

function shallow(): UserError {
  return new UserError(
    "This clone is shallow: what its branches have is not all here. Nothing was deleted.",
    {
      remedy: "Fetch the rest: git fetch --unshallow (actions/checkout: fetch-depth: 0)",
    },
  );
}
