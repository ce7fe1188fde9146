import { join } from "node:path";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";
import { exists } from "./working-tree.ts";

/** What git is in the middle of, by the file that says so. A commit of ours would become part of it. */
const OPERATIONS = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
] as const;

/** Where a commit would go: on `head`, or not at all and why. */
export type CommitState =
  { readonly kind: "ready"; readonly head: string } | { readonly kind: "blocked"; readonly why: string };

/** Whether a commit can be made now. */
export async function readCommitState({ root }: Folders): Promise<CommitState> {
  for (const [file, operation] of OPERATIONS) {
    const path = (await runGit(root, ["rev-parse", "--git-path", file])).toString().replace(/\n$/, "");
    if (await exists(path.startsWith("/") ? path : join(root, path))) {
      return { kind: "blocked", why: `${operation} is going on` };
    }
  }
  const head = await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { accepts: [0, 1] });
  if (head.length === 0) return { kind: "blocked", why: "the repository has no commit yet" };
  return { kind: "ready", head: head.toString().trim() };
}
