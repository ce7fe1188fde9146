import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit, type SimpleGit } from "simple-git";
import { findCommit } from "./find-commit.ts";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";
import { ifMissing } from "./working-tree.ts";

const PREFIX = "since-";

/** A working tree of the program's own. */
export interface OwnTree {
  /** Its root. */
  readonly tree: string;
  /** What it is of. */
  readonly commit: string;
  /** Brings all of it back to that. */
  readonly reset: () => Promise<void>;
}

/** Of this process: one working tree can be made while another is there. */
let opened = 0;

/**
 * Calls `act` with a working tree of its own that has a revision, and takes that away again. It lies in the
 * program's private folder, and so in the repository, where what a configuration imports is found; or apart from it, among
 * the system's temporary files. A `UsageError` where there is no such revision.
 */
export async function atRevision<Result>(
  { root, private: folder }: Folders,
  revision: string,
  act: (own: OwnTree) => Promise<Result>,
  place: "inside" | "apart",
): Promise<Result> {
  // No hook of the user's is to take this for a checkout of his.
  const git = simpleGit(root, {
    config: ["core.hooksPath=/dev/null"],
    unsafe: { allowUnsafeHooksPath: true },
  });
  const commit = await findCommit(root, revision);
  await removeAbandoned(git, folder);
  opened += 1;
  const parent = place === "inside" ? folder : await mkdtemp(join(tmpdir(), "manage-images-"));
  const tree = join(parent, `${PREFIX}${process.pid}-${opened}`);
  try {
    await git.raw(["worktree", "add", "--quiet", "--detach", tree, commit]);
    const reset = async () => {
      await runGit(tree, ["reset", "--quiet", "--hard", commit]);
    };
    return await act({ tree, commit, reset });
  } finally {
    await removeTree(git, tree);
    if (parent !== folder) await rm(parent, { recursive: true, force: true });
  }
}

/** What runs that were killed have left behind. */
async function removeAbandoned(git: SimpleGit, folder: string): Promise<void> {
  const names = (await readdir(folder).catch(ifMissing)) ?? [];
  const trees = names.filter(
    (name) => name.startsWith(PREFIX) && !isAlive(Number.parseInt(name.slice(PREFIX.length), 10)),
  );
  for (const name of trees) await removeTree(git, join(folder, name));
}

async function removeTree(git: SimpleGit, tree: string): Promise<void> {
  await rm(tree, { recursive: true, force: true });
  await git.raw(["worktree", "prune", "--expire", "now"]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
