import { UserError } from "../../errors.ts";
import { runGit } from "./run-git.ts";

type Environment = Readonly<Record<string, string>>;

/**
 * What git needs to know of the committer beside its configuration: the author, where that says nothing, as on a machine of
 * CI. A `UserError` where nobody is named at all.
 */
export async function committerOf(root: string, author: string | undefined): Promise<Environment> {
  const known = await runGit(root, ["var", "GIT_COMMITTER_IDENT"], { accepts: [0, 1, 128] });
  if (known.length > 0) return {};
  const [, name = "", address = ""] = /^(.*) <(.*)>$/.exec(author ?? "") ?? [];
  if (name === "") throw nobody();
  return { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: address };
}

function nobody(): UserError {
  return new UserError("git does not know who commits", {
    remedy:
      "Tell it with `git config user.name` and `git config user.email`, or use --author 'Name <address>'. " +
      "With --no-commit no commit is made.",
  });
}
