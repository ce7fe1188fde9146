import { UserError } from "../../errors.ts";
import type { BranchTip } from "../../model/request.ts";
import type { Remote } from "../../ports/forge.ts";
import { commitsAbove } from "./commits-above.ts";
import { runAt, type Logins } from "./logins.ts";
import { isMechanicalMerge } from "./mechanical-merge.ts";
import { remoteUrl } from "./remote-url.ts";
import { readBranch, type Branch, type NotOwn } from "./own-commits.ts";
import type { GitOptions } from "./run-git.ts";

/** So many commits below a tip are fetched into a shallow clone: a branch of ours is mostly shorter. */
const DEPTH = 50;

/** A remote by its name, with git's own credentials, and these logins where git has none. */
export async function openRemote(root: string, name: string, { atRemote }: Logins): Promise<Remote> {
  const url = await remoteUrl(root, name, "fetch");
  const asked: Asked = {
    name,
    git: async (args) => runAt(root, args, { environment: await atRemote(url) }),
    gitToPush: async (args, options) => {
      const environment = await atRemote(await remoteUrl(root, name, "push"));
      // What it says is read.
      return runAt(root, args, {
        ...options,
        environment: { ...options?.environment, ...environment, LC_ALL: "C" },
      });
    },
  };
  return {
    url: withoutPassword(url),
    defaultBranch: async () => {
      const output = await asked.git(["ls-remote", "--symref", "--", name, "HEAD"]);
      return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(output.toString())?.[1];
    },
    branches: (beginning) => listBranches(asked, beginning),
    fetch: (branch) => fetchBranch(asked, branch),
    describe: (commit, into) => describeTip(root, asked, commit, into),
    push: (branch, commit, expected) => pushBranch(asked, branch, commit, expected),
    tryPush: () => tryPush(asked),
    commitsAbove: (parent, commit) => commitsAbove(root, parent, commit),
  };
}

/** A remote that can be asked. */
interface Asked {
  readonly name: string;
  /** Git as it logs in to fetch. */
  readonly git: GitAt;
  readonly gitToPush: GitAt;
}

type GitAt = (args: readonly string[], options?: GitOptions) => Promise<Buffer>;

/** It may hold a token, and is printed. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

async function listBranches({ name, git }: Asked, beginning: string): Promise<readonly string[]> {
  const listed = await git(["ls-remote", "--heads", "--", name]);
  const names = [...listed.toString().matchAll(/\trefs\/heads\/(.+)$/gm)].map(([, branch = ""]) => branch);
  return names.filter((branch) => branch.startsWith(beginning));
}

async function fetchBranch({ name, git }: Asked, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const listed = await git(["ls-remote", "--", name, ref]);
  // The pattern also finds `refs/heads/x/refs/heads/y`.
  const isThere = listed
    .toString()
    .split("\n")
    .some((line) => line.endsWith(`\t${ref}`));
  if (!isThere) return undefined;
  const depth = (await isShallow(git)) ? [`--depth=${DEPTH}`] : [];
  await git(["fetch", "--quiet", "--no-tags", ...depth, "--", name, ref]);
  return (await git(["rev-parse", "FETCH_HEAD^{commit}"])).toString().trim();
}

async function isShallow(git: GitAt): Promise<boolean> {
  return (await git(["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
}

async function describeTip(root: string, asked: Asked, commit: string, into: string): Promise<BranchTip> {
  const { name, git } = asked;
  const tree = (await git(["rev-parse", `${commit}^{tree}`])).toString().trim();
  const first = await readBranch(root, commit);
  const isPlain = first.base !== undefined && !first.foreign.some(isMerge);
  if (isPlain || !(await isShallow(git))) return tipOf(root, asked, { commit, tree }, first, into);
  // Where the branch begins, or what was merged, lies below what a shallow clone has.
  await git(["fetch", "--quiet", "--no-tags", "--unshallow", "--", name]);
  return tipOf(root, asked, { commit, tree }, await readBranch(root, commit), into);
}

/** Merges that bring in nothing but the base are nobody's work. */
async function tipOf(
  root: string,
  asked: Asked,
  tip: { readonly commit: string; readonly tree: string },
  { foreign, base }: Branch,
  into: string,
): Promise<BranchTip> {
  const merges = base === undefined ? [] : foreign.filter(isMerge);
  const target = merges.length === 0 ? undefined : await fetchBranch(asked, into);
  const mechanical = new Set<NotOwn>();
  for (const merge of merges)
    if (target !== undefined && (await isMechanicalMerge(root, merge, target))) mechanical.add(merge);
  return {
    ...tip,
    foreign: foreign
      .filter((each) => !mechanical.has(each))
      .map(({ commit, author, subject }) => ({ commit, author, subject })),
    ...(base === undefined ? {} : { base }),
  };
}

function isMerge({ parents }: NotOwn): boolean {
  return parents.length > 1;
}

/** The other side lists what it has to those alone who may push; nothing is sent then, and no hook is run. */
async function tryPush({ name, gitToPush }: Asked): Promise<void> {
  const args = ["push", "--dry-run", "--no-verify", "--", name, "HEAD:refs/heads/manage-images/try"];
  await gitToPush(args, { environment: { GIT_TERMINAL_PROMPT: "0" } });
}

const FASTER =
  /\((?:stale info|fetch first|non-fast-forward|.*(?:cannot lock ref|already exists|failed to update ref|incorrect old value).*)\)/;

async function pushBranch(
  { name, gitToPush }: Asked,
  branch: string,
  commit: string | undefined,
  expected: string | undefined,
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const args = ["push", "--porcelain", lease, "--", name, `${commit ?? ""}:${ref}`];
  const output = await gitToPush(args, { accepts: [0, 1] });
  const line =
    output
      .toString()
      .split("\n")
      .find((each) => each.includes(`:${ref}\t`)) ?? "";
  if (!line.startsWith("!")) return true;
  // "stale info": the lease; the others: somebody was faster on the other side.
  if (FASTER.test(line)) return false;
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
