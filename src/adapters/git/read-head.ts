import type { Head } from "../../ports.ts";
import { runGit } from "./run-git.ts";

const BRANCH = /^refs\/heads\/(.+)$/;

/** What is checked out. */
export async function readHead(root: string): Promise<Head> {
  const both = ["rev-parse", "HEAD^{commit}", "--symbolic-full-name", "HEAD"];
  const [commit = "", name = ""] = await linesOf(root, both, [0, 128]);
  if (!/^[0-9a-f]{40,}$/.test(commit) || name === "") return readParts(root);
  const branch = BRANCH.exec(name)?.[1];
  return { ...(branch === undefined ? {} : { branch }), commit };
}

/** One after the other: where there is no commit yet, git answers nothing at once. */
async function readParts(root: string): Promise<Head> {
  const [name = ""] = await linesOf(root, ["symbolic-ref", "--quiet", "HEAD"], [0, 1]);
  const branch = BRANCH.exec(name)?.[1];
  const [commit = ""] = await linesOf(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], [0, 1]);
  return { ...(branch === undefined ? {} : { branch }), ...(commit === "" ? {} : { commit }) };
}

/** The latest tag that HEAD's commit has or follows. git may walk through all of the history for it. */
export async function readLatestTag(root: string): Promise<string | undefined> {
  // 128: there is none.
  const [tag = ""] = await linesOf(root, ["describe", "--tags", "--abbrev=0"], [0, 128]);
  return tag === "" ? undefined : tag;
}

async function linesOf(
  root: string,
  args: readonly string[],
  accepts: readonly number[],
): Promise<readonly string[]> {
  return (await runGit(root, args, { accepts })).toString().split("\n");
}
