import { UsageError } from "../../errors.ts";
import { runGit } from "./run-git.ts";

/**
 * The bytes of a file at the head of a branch, `undefined` where it has none: of the remote `origin`'s branch as this clone
 * last saw it, or else of the local one. A `UsageError` where there is neither.
 */
export async function readAtBranch(
  root: string,
  branch: string,
  path: string,
): Promise<Uint8Array | undefined> {
  for (const ref of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    const commit = await revision(root, `${ref}^{commit}`);
    if (commit === undefined) continue;
    const blob = await revision(root, `${commit}:${path}`);
    return blob === undefined ? undefined : runGit(root, ["cat-file", "blob", blob]);
  }
  throw new UsageError(`There is no branch ${branch} in this clone.`, {
    remedy: `Fetch it: git fetch origin ${branch}:refs/remotes/origin/${branch}`,
  });
}

async function revision(root: string, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
  const found = (await runGit(root, args, { accepts: [0, 1, 128] })).toString().trim();
  return found === "" ? undefined : found;
}
