import { UserError } from "../../errors.ts";
import { runAt, type Logins } from "./logins.ts";

/**
 * The commit that a branch or tag of another repository points at, a tag's own commit where it is annotated. A whole name
 * (`refs/heads/main`) counts before a tag, and a tag before a branch. Nobody is asked for a password; where the checkout is at home git may log in.
 */
export async function commitElsewhere(
  root: string,
  { atHome }: Logins,
  repository: string,
  ref: string,
): Promise<string | undefined> {
  const url = repository.startsWith("github.com/") ? `https://${repository}` : repository;
  const answer = await runAt(root, ["ls-remote", "--", url, ref, `${ref}^{}`], {
    environment: { GIT_TERMINAL_PROMPT: "0", ...(await atHome(url)) },
  }).catch((error: unknown) => {
    throw notReached(repository, error);
  });
  const commits = new Map(
    answer
      .toString()
      .split("\n")
      .map((line) => line.split("\t"))
      .map(([commit = "", name = ""]) => [name, commit] as const),
  );
  return [ref, `refs/tags/${ref}`, `refs/heads/${ref}`]
    .map((name) => commits.get(`${name}^{}`) ?? commits.get(name))
    .find((commit) => commit !== undefined);
}

function notReached(repository: string, cause: unknown): UserError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    `The git repository ${repository} does not say what its branches and tags are: ${said}`,
    {
      remedy: "See whether `git ls-remote` with the same URL works.",
      cause,
    },
  );
}
