import type { HeadNames } from "../../ports.ts";
import { runGit } from "./run-git.ts";

/** What git calls the commit that is checked out. */
export async function describeHead(root: string): Promise<HeadNames> {
  const [commit, branch, tag] = await Promise.all([
    ask(root, ["rev-parse", "--verify", "--quiet", "HEAD"]),
    ask(root, ["symbolic-ref", "--short", "--quiet", "HEAD"]),
    ask(root, ["describe", "--tags", "--abbrev=0"]),
  ]);
  return {
    ...(commit === "" ? {} : { commit }),
    ...(branch === "" ? {} : { branch }),
    ...(tag === "" ? {} : { tag }),
  };
}

/** Git ends with 1 or 128 where there is no such thing. */
async function ask(root: string, args: readonly string[]): Promise<string> {
  return (await runGit(root, args, { accepts: [0, 1, 128] })).toString().trim();
}
