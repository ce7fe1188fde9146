import type { Folders } from "./folders.ts";
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

/** What git has of each of the paths; a path that it does not know has no entry. */
export async function readTracked(
  { root }: Folders,
  paths: readonly string[],
  head: string,
): Promise<ReadonlyMap<string, Tracked>> {
  const [tree, index, flags, intents, opaque] = await Promise.all([
    readTree(root, head, paths),
    readIndex(root, paths),
    readFlags(root, paths),
    readIntents(root),
    readOpaque(root, paths),
  ]);
  const tracked = new Map<string, Tracked>();
  for (const path of paths) {
    const head = tree.get(path);
    const staged = index.get(path);
    if (head === undefined && staged === undefined) continue;
    const flag = flags.get(path) ?? "H";
    const why = opaque.get(path);
    tracked.set(path, {
      ...(head === undefined ? {} : { head }),
      ...(staged === undefined ? {} : { index: staged }),
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
  const output = await runGit(root, ["ls-tree", "-r", "-z", "--full-tree", head]);
  const wanted = new Set(paths);
  const lines = splitNul(output).map((line) => /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line));
  return versionsOf(lines.filter((match) => wanted.has(match?.[3] ?? "")));
}

/** Only stage 0: where a merge has left several versions, none of them is the one. */
async function readIndex(root: string, paths: readonly string[]) {
  const wanted = new Set(paths);
  const lines = splitNul(await runGit(root, ["ls-files", "-s", "-z"])).map((line) =>
    /^(\d+) (\w+) 0\t([^]*)$/.exec(line),
  );
  return versionsOf(lines.filter((match) => wanted.has(match?.[3] ?? "")));
}

function versionsOf(matches: readonly (RegExpExecArray | null)[]): ReadonlyMap<string, Version> {
  const versions = new Map<string, Version>();
  for (const match of matches) {
    const [, mode = "", blob = "", path = ""] = match ?? [];
    versions.set(path, { mode, blob });
  }
  return versions;
}

/** A letter for each path: `S` for skip-worktree, small for assume-unchanged (git ls-files -v). */
async function readFlags(root: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths);
  const lines = splitNul(await runGit(root, ["ls-files", "-v", "-z"])).filter((line) =>
    wanted.has(line.slice(2)),
  );
  return new Map(lines.map((line) => [line.slice(2), line.charAt(0)]));
}

async function readIntents(root: string): Promise<ReadonlySet<string>> {
  return new Set(splitNul(await runGit(root, ["diff-files", "--name-only", "--diff-filter=A", "-z"])));
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
