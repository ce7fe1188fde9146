import { UserError } from "../../errors.ts";
import type { BranchTip } from "../../model/request.ts";
import type { Remote } from "../../ports/forge.ts";
import { readBranch, type Branch } from "./own-commits.ts";
import { runGit } from "./run-git.ts";

/** So many commits below a tip are fetched into a shallow clone: a branch of ours is mostly shorter. */
const DEPTH = 50;

/** A remote by its name. Git's own credentials are used, and nothing else. */
export async function openRemote(root: string, name: string): Promise<Remote> {
  const url = await findUrl(root, name);
  return {
    url: withoutPassword(url),
    defaultBranch: async () => {
      const output = await runGit(root, ["ls-remote", "--symref", "--", name, "HEAD"]);
      return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(output.toString())?.[1];
    },
    fetch: (branch) => fetchBranch(root, name, branch),
    describe: (commit) => describeTip(root, name, commit),
    push: (branch, commit, expected) => pushBranch(root, name, branch, commit, expected),
  };
}

async function findUrl(root: string, name: string): Promise<string> {
  const output = await runGit(root, ["remote", "get-url", "--", name], { accepts: [0, 2, 128] });
  const [url = ""] = output.toString().split("\n");
  if (url !== "") return url;
  throw new UserError(`git has no remote ${name} here`, {
    remedy: "Name another with --remote, or add it: git remote add origin URL",
  });
}

/** It may hold a token, and is printed. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

async function fetchBranch(root: string, remote: string, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const listed = await runGit(root, ["ls-remote", "--", remote, ref]);
  // The pattern also finds `refs/heads/x/refs/heads/y`.
  const isThere = listed
    .toString()
    .split("\n")
    .some((line) => line.endsWith(`\t${ref}`));
  if (!isThere) return undefined;
  const depth = (await isShallow(root)) ? [`--depth=${DEPTH}`] : [];
  await runGit(root, ["fetch", "--quiet", "--no-tags", ...depth, "--", remote, ref]);
  return (await runGit(root, ["rev-parse", "FETCH_HEAD^{commit}"])).toString().trim();
}

async function isShallow(root: string): Promise<boolean> {
  return (await runGit(root, ["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
}

async function describeTip(root: string, remote: string, commit: string): Promise<BranchTip> {
  const tree = (await runGit(root, ["rev-parse", `${commit}^{tree}`])).toString().trim();
  const first = await readBranch(root, commit);
  if (first.base !== undefined || !(await isShallow(root))) return tipOf(commit, tree, first);
  // Where the branch begins lies below what a shallow clone has.
  await runGit(root, ["fetch", "--quiet", "--no-tags", "--unshallow", "--", remote]);
  return tipOf(commit, tree, await readBranch(root, commit));
}

function tipOf(commit: string, tree: string, { foreign, base }: Branch): BranchTip {
  return { commit, tree, foreign, ...(base === undefined ? {} : { base }) };
}

async function pushBranch(
  root: string,
  remote: string,
  branch: string,
  commit: string | undefined,
  expected: string | undefined,
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const args = ["push", "--porcelain", lease, "--", remote, `${commit ?? ""}:${ref}`];
  const output = await runGit(root, args, { accepts: [0, 1] });
  const line =
    output
      .toString()
      .split("\n")
      .find((each) => each.includes(`:${ref}\t`)) ?? "";
  if (!line.startsWith("!")) return true;
  // "stale info": the lease; "fetch first", "cannot lock ref", "already exists": somebody was faster on the other side.
  if (/\((?:stale info|fetch first|non-fast-forward|.*cannot lock ref.*|.*already exists.*)\)/.test(line))
    return false;
  throw refused(branch, line.split("\t").at(-1) ?? "", output.toString());
}

function refused(branch: string, why: string, said: string): UserError {
  return new UserError(`The remote does not take ${branch}: ${why}`, {
    remedy: remedyFor(`${why}\n${said}`),
  });
}

function remedyFor(said: string): string {
  if (said.includes("workflow"))
    return (
      "The digests stand in a workflow, too, which needs a token with the `workflows` permission (of an app) or the " +
      "`workflow` scope (of a person): the token of GitHub Actions itself never has it. Or leave those files out with " +
      'references: { exclude: [".github/workflows/**"] }.'
    );
  if (/protected branch|GH006|not allowed to push|pre-receive/i.test(said))
    return "The branch is protected, or a hook there refuses it: allow the bot to push it, or choose another with --branch.";
  return "See that whoever runs this may push this branch.";
}
