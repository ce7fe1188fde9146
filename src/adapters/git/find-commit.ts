import { UsageError } from "../../errors.ts";
import { runGit } from "./run-git.ts";

/** The id of the commit that a revision is. A `UsageError` where there is no such revision. */
export async function findCommit(root: string, revision: string): Promise<string> {
  // One that begins like a flag must not be taken for it.
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = (await runGit(root, args, { accepts: [0, 1, 128] })).toString().trim();
  if (commit !== "") return commit;
  throw new UsageError(`There is no revision ${revision} in this clone.`, {
    remedy: "Name a commit, branch or tag. A shallow clone lacks the older ones: git fetch --unshallow",
  });
}
