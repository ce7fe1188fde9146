import { GREP } from "./find-holding.ts";
import { runGit, splitNul } from "./run-git.ts";

const HEAD_PREFIX = "HEAD:";

/** Text files that hold one of the texts in the index or in HEAD; sorted. */
export async function findCommitted(root: string, texts: readonly string[]): Promise<readonly string[]> {
  const wanted = texts.flatMap((text) => ["-e", text]);
  const [index, head] = await Promise.all([
    grep(root, ["--cached", ...wanted]),
    grep(root, [...wanted, "HEAD"]).catch(async (error: unknown) => {
      if (await hasHead(root)) throw error;
      return [];
    }),
  ]);
  return [...new Set([...index, ...head.map((path) => path.slice(HEAD_PREFIX.length))])].toSorted();
}

/** git ends with 1 where it finds nothing. */
async function grep(root: string, rest: readonly string[]): Promise<readonly string[]> {
  return splitNul(await runGit(root, [...GREP, ...rest], { accepts: [0, 1] }));
}

async function hasHead(root: string): Promise<boolean> {
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  return (await runGit(root, args, { accepts: [0, 1, 128] })).length > 0;
}
