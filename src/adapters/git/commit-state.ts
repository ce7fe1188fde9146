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
  const { folder, ...head } = await locateHead(root);
  const operation = await findOperation(resolve(root, folder));
  if (operation !== undefined) return { kind: "blocked", why: `${operation} is going on` };
  if (head.commit === undefined) return { kind: "blocked", why: "the repository has no commit yet" };
  return { kind: "ready", head: head.commit, tree: head.tree };
}

type Located = { readonly folder: string } & (
  { readonly commit: string; readonly tree: string } | { readonly commit?: undefined }
);

/** The git directory, whose path may have any letter, and HEAD. */
async function locateHead(root: string): Promise<Located> {
  const args = ["rev-parse", "--git-dir", "HEAD^{commit}", "HEAD^{tree}"];
  const all = (await runGit(root, args, { accepts: [0, 128] })).toString();
  const [, folder = "", commit, tree] = /^([^]+)\n([0-9a-f]{40,})\n([0-9a-f]{40,})\n$/.exec(all) ?? [];
  if (commit !== undefined && tree !== undefined) return { folder, commit, tree };
  // There is no commit yet, or something is wrong, which git says then.
  await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { accepts: [1] });
  return { folder: (await runGit(root, ["rev-parse", "--git-dir"])).toString().replace(/\n$/, "") };
}

async function findOperation(folder: string): Promise<string | undefined> {
  for (const [file, operation] of OPERATIONS) if (await exists(join(folder, file))) return operation;
  return undefined;
}
