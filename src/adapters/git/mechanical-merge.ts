import { runGit } from "./run-git.ts";

/** A commit that may be a merge. */
export interface Merged {
  readonly tree: string;
  readonly parents: readonly string[];
}

/**
 * Whether a commit only merges what a base has into the branch, as a forge's button "Update branch" does: it has nothing that
 * git would not make of its parents by itself, and nothing from elsewhere. False where git cannot tell (before 2.38).
 */
export async function isMechanicalMerge(
  root: string,
  { tree, parents }: Merged,
  base: string,
): Promise<boolean> {
  const [ours = "", theirs = ""] = parents;
  if (parents.length !== 2) return false;
  // It says so by its exit code, which is another one where it does not know the commits.
  const ancestor = ["merge-base", "--is-ancestor", theirs, base];
  if (!(await succeeds(root, ancestor))) return false;
  const merge = ["merge-tree", "--write-tree", "--no-messages", ours, theirs];
  const merged = await runGit(root, merge, { accepts: [0, 1, 128, 129] });
  return merged.toString().trim() === tree;
}

async function succeeds(root: string, args: readonly string[]): Promise<boolean> {
  return runGit(root, args).then(
    () => true,
    () => false,
  );
}
