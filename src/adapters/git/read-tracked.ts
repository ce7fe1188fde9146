import { createHash } from "node:crypto";
import type { Folders } from "./folders.ts";
import { pathspecs } from "./pathspecs.ts";
import { runGit, splitNul } from "./run-git.ts";

/** What git has of a path in one place. */
export interface Version {
  /** `100644`, `100755`; links and submodules have others. */
  readonly mode: string;
  /** The blob's object id. */
  readonly blob: string;
}

/** What git has of a path. */
export interface Tracked {
  readonly head?: Version;
  readonly index?: Version;
  /** The index's entry was made by `git add --intent-to-add`: there is no content in it yet. */
  readonly isIntent: boolean;
  readonly skipsWorktree: boolean;
  readonly isAssumedUnchanged: boolean;
  /** Why the content that git has is not the text that the working tree has. */
  readonly opaque?: string;
}

/** The ids of a blob without a byte. */
const EMPTY_BLOBS = ["sha1", "sha256"].map((hash) => createHash(hash).update("blob 0\0").digest("hex"));

/** What git has of each of the paths; a path that it does not know has no entry. */
export async function readTracked(
  { root }: Folders,
  paths: readonly string[],
  head: string,
): Promise<ReadonlyMap<string, Tracked>> {
  const [tree, index, opaque] = await Promise.all([
    readTree(root, head, paths),
    readIndex(root, paths),
    readOpaque(root, paths),
  ]);
  const intents = await readIntents(root, index);
  const tracked = new Map<string, Tracked>();
  for (const path of paths) {
    const head = tree.get(path);
    const staged = index.get(path);
    if (head === undefined && staged === undefined) continue;
    const flag = staged?.flag ?? "H";
    const why = opaque.get(path);
    tracked.set(path, {
      ...(head === undefined ? {} : { head }),
      ...(staged === undefined ? {} : { index: { mode: staged.mode, blob: staged.blob } }),
      isIntent: intents.has(path),
      skipsWorktree: flag.toUpperCase() === "S",
      isAssumedUnchanged: flag !== flag.toUpperCase(),
      ...(why === undefined ? {} : { opaque: why }),
    });
  }
  return tracked;
}

/** The same of those alone whose content in git is not the text: all that counts where no commit is made, and most often nothing. */
export async function readTrackedOpaque(
  { root }: Folders,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Tracked>> {
  const opaque = await readOpaque(root, paths);
  if (opaque.size === 0) return new Map();
  const index = await readIndex(root, [...opaque.keys()]);
  const flags = { isIntent: false, skipsWorktree: false, isAssumedUnchanged: false };
  return new Map(
    [...opaque].flatMap(([path, why]) => (index.has(path) ? [[path, { ...flags, opaque: why }]] : [])),
  );
}

async function readTree(root: string, head: string, paths: readonly string[]) {
  const wanted = new Set(paths);
  const versions = new Map<string, Version>();
  for (const line of await listed(root, ["ls-tree", "-r", "-z", "--full-tree", head], paths)) {
    const [, mode = "", blob = "", path = ""] = /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line) ?? [];
    if (wanted.has(path)) versions.set(path, { mode, blob });
  }
  return versions;
}

/** What the index has of a path. */
interface Staged extends Version {
  /** A letter: `S` for skip-worktree, small for assume-unchanged (git ls-files -v). */
  readonly flag: string;
}

/** Only stage 0: where a merge has left several versions, none of them is the one. */
async function readIndex(root: string, paths: readonly string[]): Promise<ReadonlyMap<string, Staged>> {
  const wanted = new Set(paths);
  const staged = new Map<string, Staged>();
  for (const line of await listed(root, ["ls-files", "-v", "-s", "-z"], paths)) {
    const [, flag = "", mode = "", blob = "", path = ""] = /^(\w) (\d+) (\w+) 0\t([^]*)$/.exec(line) ?? [];
    if (wanted.has(path)) staged.set(path, { flag, mode, blob });
  }
  return staged;
}

/** Those that were added by intent: git has empty blobs for them. To find them it looks at the files themselves. */
async function readIntents(root: string, index: ReadonlyMap<string, Staged>): Promise<ReadonlySet<string>> {
  const empty = [...index].flatMap(([path, { blob }]) => (EMPTY_BLOBS.includes(blob) ? [path] : []));
  return new Set(await listed(root, ["diff-files", "--name-only", "--diff-filter=A", "-z"], empty));
}

/** What git lists of the paths, or of all. */
async function listed(
  root: string,
  args: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  return splitNul(await runGit(root, [...args, "--", ...pathspecs(paths)]));
}

/** What filters such as git-crypt's and other encodings make of a file cannot be edited as text. */
async function readOpaque(root: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const input = paths.map((path) => `${path}\0`).join("");
  const output = splitNul(
    await runGit(root, ["check-attr", "-z", "--stdin", "filter", "working-tree-encoding"], { input }),
  );
  const opaque = new Map<string, string>();
  for (let at = 0; at + 2 < output.length; at += 3) {
    const [path = "", attribute = "", value = ""] = output.slice(at, at + 3);
    const isOn = !["unspecified", "unset", "set"].includes(value);
    if (isOn)
      opaque.set(path, attribute === "filter" ? `git filters it with ${value}` : `its encoding is ${value}`);
  }
  return opaque;
}
