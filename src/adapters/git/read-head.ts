import type { Head } from "../../ports.ts";
import { runGit } from "./run-git.ts";

/** What is checked out. */
export async function readHead(root: string): Promise<Head> {
  const symbolic = await runGit(root, ["symbolic-ref", "--quiet", "HEAD"], { accepts: [0, 1] });
  const branch = /^refs\/heads\/(.+)$/m.exec(symbolic.toString())?.[1];
  const parsed = await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], {
    accepts: [0, 1],
  });
  const commit = parsed.toString().trim();
  // 128: there is no tag that the commit has or follows.
  const described = await runGit(root, ["describe", "--tags", "--abbrev=0"], { accepts: [0, 128] });
  const tag = described.toString().trim();
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(commit === "" ? {} : { commit }),
    ...(tag === "" ? {} : { tag }),
  };
}
