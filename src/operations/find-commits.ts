import { UserError } from "../errors.ts";
import { formatGitSource, isCommit, type GitSource } from "../model/git-source.ts";
import type { Image } from "../model/image.ts";
import type { Checkout } from "../ports.ts";

/** Commits by the git sources that they are of, as these are written. */
export type Commits = ReadonlyMap<string, string>;

/** Asks the git repositories elsewhere that go into an image for their commits; those that are named by one are not asked. */
export async function findCommits(
  checkout: Pick<Checkout, "commitElsewhere">,
  image: Image,
): Promise<Commits> {
  const sources = gitSources(image);
  const commits = await Promise.all(
    sources.map(
      async (source) => [formatGitSource(source), await findCommit(checkout, image, source)] as const,
    ),
  );
  return new Map(commits);
}

function gitSources({ gitContext, contexts = {} }: Image): readonly GitSource[] {
  const named = Object.values(contexts).flatMap((context) =>
    context.kind === "git" ? [context.source] : [],
  );
  return gitContext === undefined ? named : [gitContext, ...named];
}

async function findCommit(
  checkout: Pick<Checkout, "commitElsewhere">,
  image: Image,
  { repository, ref = "HEAD" }: GitSource,
): Promise<string> {
  if (isCommit(ref)) return ref;
  const commit = await checkout.commitElsewhere(repository, ref);
  if (commit !== undefined) return commit;
  throw new UserError(`${image.name} is built from ${repository}, which has no branch or tag ${ref}.`, {
    remedy: "Name a branch, a tag or the 40 digits of a commit behind the #.",
  });
}
