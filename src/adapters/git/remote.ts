import { UserError } from "../../errors.ts";
import type { BranchTip } from "../../model/request.ts";
import type { Remote } from "../../ports/forge.ts";
import { commitsAbove } from "./commits-above.ts";
import { fetchBranch, isShallow, listBranches, type Asked } from "./fetch-branch.ts";
import { runAt, type Logins } from "./logins.ts";
import { isMechanicalMerge } from "./mechanical-merge.ts";
import { once } from "./once.ts";
import { remoteUrl } from "./remote-url.ts";
import { readBranch, type Branch, type NotOwn } from "./own-commits.ts";

/** A remote by its name, with git's own credentials, and these logins where git has none. */
export async function openRemote(root: string, name: string, { atRemote }: Logins): Promise<Remote> {
  const url = await remoteUrl(root, name, "fetch");
  const pushUrl = once(() => remoteUrl(root, name, "push"));
  const asked: Asked = {
    name,
    fetched: new Set(),
    git: async (args, options) => runAt(root, args, { ...options, environment: await atRemote(url) }),
    gitToPush: async (args, options) => {
      const environment = await atRemote(await pushUrl(""));
      // What it says is read.
      return runAt(root, args, {
        ...options,
        environment: { ...options?.environment, ...environment, LC_ALL: "C" },
      });
    },
  };
  return {
    url: withoutPassword(url),
    branches: async (when) => (when === "now" ? undefined : asked.seen) ?? listBranches(asked),
    fetch: (branch, seen) => fetchBranch(asked, branch, seen),
    describe: (commit, into) => describeTip(root, asked, commit, into),
    push: (branch, commit, expected) => pushBranch(asked, branch, commit, expected),
    tryPush: () => tryPush(asked),
    commitsAbove: (parent, commit) => commitsAbove(root, parent, commit),
  };
}

/** It may hold a token, and is printed. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

async function describeTip(root: string, asked: Asked, commit: string, into: string): Promise<BranchTip> {
  const { name, git } = asked;
  const first = await readBranch(root, commit);
  const isPlain = first.base !== undefined && !first.foreign.some(isMerge);
  if (isPlain || !(await isShallow(asked))) return tipOf(root, asked, commit, first, into);
  // Where the branch begins, or what was merged, lies below what a shallow clone has.
  await git(["fetch", "--quiet", "--no-tags", "--unshallow", "--", name]);
  return tipOf(root, asked, commit, await readBranch(root, commit), into);
}

/** Merges that bring in nothing but the base are nobody's work. */
async function tipOf(
  root: string,
  asked: Asked,
  commit: string,
  { tree, foreign, base }: Branch,
  into: string,
): Promise<BranchTip> {
  const merges = base === undefined ? [] : foreign.filter(isMerge);
  const target = merges.length === 0 ? undefined : await fetchBranch(asked, into, asked.seen);
  const mechanical = new Set<NotOwn>();
  for (const merge of merges)
    if (target !== undefined && (await isMechanicalMerge(root, merge, target))) mechanical.add(merge);
  return {
    ...{ commit, tree },
    foreign: foreign
      .filter((each) => !mechanical.has(each))
      .map(({ commit: id, author, subject }) => ({ commit: id, author, subject })),
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
