import type { Branches } from "../../ports/forge.ts";
import type { GitOptions } from "./run-git.ts";

/** So many commits below a tip are fetched into a shallow clone: a branch of ours is mostly shorter. */
const DEPTH = 50;

/** A remote that can be asked, and what is known of it. */
export interface Asked {
  readonly name: string;
  /** Git as it logs in to fetch. */
  readonly git: GitAt;
  readonly gitToPush: GitAt;
  /** Commits that were fetched, with all that is to be had below them. */
  readonly fetched: Set<string>;
  /** The branches as they were last listed. */
  seen?: Branches;
}

type GitAt = (args: readonly string[], options?: GitOptions) => Promise<Buffer>;

/** All branches, and no other refs: a forge has some for each request that there ever was. */
export async function listBranches(asked: Asked): Promise<Branches> {
  const listed = (await asked.git(["ls-remote", "--heads", "--", asked.name])).toString();
  const lines = [...listed.matchAll(/^(\w+)\trefs\/heads\/(.+)$/gm)];
  asked.seen = new Map(lines.map(([, commit = "", branch = ""]) => [branch, commit]));
  return asked.seen;
}

/** Does what `Remote.fetch` promises. */
export async function fetchBranch(
  asked: Asked,
  branch: string,
  seen?: Branches,
): Promise<string | undefined> {
  const tip = (seen ?? (await listBranches(asked))).get(branch);
  if (tip === undefined || asked.fetched.has(tip)) return tip;
  try {
    await fetchTip(asked, branch, tip);
  } catch (error) {
    // Meanwhile it may have been moved, or deleted.
    const now = await listBranches(asked);
    if (now.get(branch) === tip) throw error;
    return fetchBranch(asked, branch, now);
  }
  asked.fetched.add(tip);
  return tip;
}

/** Fails also where the branch was moved so that the tip is not below it any more. */
async function fetchTip({ name, git }: Asked, branch: string, tip: string): Promise<void> {
  const own = ["rev-parse", "--is-shallow-repository", "--verify", "--quiet"];
  const said = await git([...own, `refs/remotes/${name}/${branch}`], { accepts: [0, 1] });
  const [shallow, known] = said.toString().split("\n");
  // What a branch of the clone's is at is here with all that is below it.
  if (shallow === "false" && known === tip) return;
  const depth = shallow === "true" ? [`--depth=${DEPTH}`] : [];
  const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head"];
  await git(["fetch", ...quiet, ...depth, "--", name, `refs/heads/${branch}`]);
  await git(["rev-parse", "--verify", "--quiet", `${tip}^{commit}`]);
}

/** Whether the clone has only the latest commits. */
export async function isShallow({ git }: Asked): Promise<boolean> {
  return (await git(["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
}
