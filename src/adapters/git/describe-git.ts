import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { GitFacts } from "../../model/diagnosis.ts";
import { readCommitState } from "./commit-state.ts";
import { runGit } from "./run-git.ts";

/** What git is, and whether it could commit, in a checkout. A `UserError` where git cannot be run. */
export async function describeGit(directory: string): Promise<GitFacts> {
  const version = (await runGit(directory, ["version"])).toString();
  const top = (await runGit(directory, ["rev-parse", "--show-toplevel"], { accepts: [0, 128] }))
    .toString()
    .trim();
  const root = top === "" ? undefined : await realpath(top);
  const identity = await runGit(directory, ["var", "GIT_COMMITTER_IDENT"], { accepts: [0, 128] });
  const state =
    root === undefined
      ? undefined
      : await readCommitState({ root, private: root, index: resolve(root, ".git/index") });
  return {
    version: /\d+(?:\.\d+)+/.exec(version)?.[0] ?? version.trim(),
    committer: /^.*>/.exec(identity.toString())?.[0],
    blocked: state?.kind === "blocked" ? state.why : undefined,
  };
}
