import { join, resolve } from "node:path";
import type { Folders } from "./folders.ts";
import { runGit } from "./run-git.ts";
import { exists } from "./working-tree.ts";

/** What git is in the middle of, by the file of the working tree's git directory that says so. A commit of ours would become part of it. */
const OPERATIONS = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
] as const;

/** Where a commit would go: on `head`, or not at all and why. */
export type CommitState =
  | { readonly kind: "ready"; readonly head: string; readonly tree: string }
  | { readonly kind: "blocked"; readonly why: string };

/** Whether a commit can be made now. */
export async function readCommitState({ root }: Folders): Promise<CommitState> {
  const [operation, head] = await Promise.all([findOperation(root), findHead(root)]);
  if (operation !== undefined) return { kind: "blocked", why: `${operation} is going on` };
  if (head === undefined) return { kind: "blocked", why: "the repository has no commit yet" };
  return { kind: "ready", ...head };
}

async function findOperation(root: string): Promise<string | undefined> {
  const folder = resolve(
    root,
    (await runGit(root, ["rev-parse", "--git-dir"])).toString().replace(/\n$/, ""),
  );
  for (const [file, operation] of OPERATIONS) if (await exists(join(folder, file))) return operation;
  return undefined;
}

async function findHead(root: string): Promise<{ head: string; tree: string } | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  const head = (await runGit(root, args, { accepts: [0, 1] })).toString().trim();
  if (head === "") return undefined;
  return { head, tree: (await runGit(root, ["rev-parse", `${head}^{tree}`])).toString().trim() };
}
