import { openForge } from "../../adapters/forges/open-forge.ts";
import { UsageError, UserError } from "../../errors.ts";
import { published, type Proposing } from "../../operations/propose.ts";
import type { Checkout } from "../../ports.ts";
import { publishCommits } from "../../operations/publish-commits.ts";
import type { Branches, Forge, Remote } from "../../ports/forge.ts";
import { checkWritable } from "../check-writable.ts";
import { checkoutOf } from "../checkout-of.ts";
import { foresee } from "../foresee.ts";
import { DEFAULT_BRANCH, proposeAt, type Place, type PrFlags } from "../propose.ts";
import { openReporter } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import { finishRun, runCommand } from "./run.ts";

/** `manage-images pr`: a run on a branch of its own, which is proposed. Returns the exit code. */
export async function prCommand(terminal: Terminal, given: PrFlags): Promise<number> {
  refuse(given);
  if (given.metadataFile !== undefined) await checkWritable(terminal, "--metadata-file", given.metadataFile);
  const checkout = await checkoutOf(terminal, given.forge);
  const remote = await checkout.remote(given.remote ?? "origin");
  const flags = given.commitWith === "api" ? { ...given, author: await passingAuthor(checkout) } : given;
  if (flags.onCurrentBranch === true) return onCurrentBranch(terminal, flags, checkout, remote);
  const release = await checkout.lock();
  try {
    return await onOwnBranch(terminal, flags, checkout, remote);
  } finally {
    await release();
  }
}

/** Who makes the commits that GitHub makes anew, where git does not know. */
async function passingAuthor(checkout: Checkout): Promise<string | undefined> {
  try {
    await checkout.checkCommitter(undefined);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return "manage-images <manage-images@localhost>";
    throw error;
  }
}

/** The forge of a remote, of which it is known that it can make commits if it is to. */
async function openForgeOf({ environment }: Terminal, flags: PrFlags, { url }: Remote): Promise<Forge> {
  const forge = await openForge({ url, environment, forge: flags.forge });
  if (flags.commitWith !== "api" || forge.commit !== undefined) return forge;
  throw new UsageError("--commit-with api is for GitHub alone", { remedy: "Leave it out: git commits." });
}

function refuse({ noPush, noCommit, onlyReferences, report, onCurrentBranch, ...flags }: PrFlags): void {
  if (flags.commitWith === "api" && flags.author !== undefined)
    throw new UsageError("--author and --commit-with api exclude each other: the token says who commits", {
      remedy: "Leave one of them out.",
    });
  const [flag] = [
    ...(noPush ? ["--no-push"] : []),
    ...(noCommit ? ["--no-commit"] : []),
    ...(onlyReferences ? ["--only-references"] : []),
    ...(report !== undefined && onCurrentBranch !== true ? ["--report"] : []),
  ];
  if (flag === undefined) return;
  throw new UsageError(`${flag} and a pull request exclude each other`, { remedy: "Leave one of them out." });
}

/** An ordinary run, whose commit is pushed to the branch that is checked out. */
async function onCurrentBranch(
  terminal: Terminal,
  flags: PrFlags,
  checkout: Checkout,
  remote: Remote,
): Promise<number> {
  const head = await checkout.head();
  const branch = flags.branch ?? head.branch ?? sourceBranch(terminal);
  if (branch === undefined)
    throw new UsageError("It is not known which branch is checked out", { remedy: "Say it with --branch." });
  const tip = await remote.fetch(branch);
  if (tip === undefined || tip !== head.commit) throw notAtTip(branch, tip === undefined);
  const forge = flags.commitWith === "api" ? await openForgeOf(terminal, flags, remote) : undefined;
  return runCommand(terminal, flags, async (result) => {
    const { commit: own } = result;
    if (own === undefined) return { ...result, requests: [] };
    const commits = { branch, commit: own, parent: tip, expected: tip };
    const made = await publishCommits({ remote, forge }, commits);
    if (made === undefined) throw notAtTip(branch, false);
    if (made.commit !== own) await checkout.replaceHead(own, made.commit);
    return { ...result, commit: made.commit, requests: [{ branch, action: "pushed", ...published(made) }] };
  });
}

/** The branch of a contributor's request, by the variables of CI. */
function sourceBranch({ environment }: Terminal): string | undefined {
  const names = ["GITHUB_HEAD_REF", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"];
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
}

function notAtTip(branch: string, isMissing: boolean): UserError {
  return new UserError(
    isMissing
      ? `The remote has no branch ${branch}`
      : `The remote's ${branch} is not what is checked out here`,
    {
      remedy: isMissing
        ? "Push it first."
        : "Check the branch itself out (in GitHub Actions: actions/checkout with ref: ${{ github.head_ref }}), and pull. What was built is kept.",
    },
  );
}

async function onOwnBranch(
  terminal: Terminal,
  flags: PrFlags,
  checkout: Checkout,
  remote: Remote,
): Promise<number> {
  const forge = await openForgeOf(terminal, flags, remote);
  const branches = remote.branches("now");
  // What is wrong with it is told where it is used: the forge's answer comes first.
  branches.catch(() => undefined);
  const project = await forge.describe();
  const base = await findBase(terminal, flags, { checkout, remote, branches }, project.defaultBranch);
  await checkout.checkCommitter(flags.author);
  const to: Proposing = { remote, forge, settings: requestSettings(flags, base.branch) };
  // Before hours of work, not after them.
  for (const notice of project.notices) terminal.stderr.write(`note: ${notice}.\n`);
  const foresight = foresee();
  const reporter = flags.dryRun ? undefined : await openReporter(terminal, flags.progress, foresight);
  try {
    const report = reporter ?? (() => undefined);
    const own: Place = { terminal, flags, checkout, to, project, report, foresight };
    const result = await checkout.atRevision(base.commit, (tree) => proposeAt(own, tree, base.commit));
    if (result === undefined) return 0;
    const notices = project.notices.map((message) => ({ kind: "forge", message }) as const);
    return await finishRun(terminal, flags, { ...result, notices: [...result.notices, ...notices] });
  } finally {
    reporter?.close();
  }
}

function requestSettings(flags: PrFlags, base: string): Proposing["settings"] {
  return {
    base,
    branch: flags.branch ?? DEFAULT_BRANCH,
    commitWith: flags.commitWith ?? "git",
    onForeignCommits: flags.onForeignCommits ?? "stop",
    draft: flags.draft ?? false,
    autoMerge: flags.autoMerge ?? false,
    additions: {
      labels: flags.label ?? [],
      reviewers: flags.reviewer ?? [],
      assignees: flags.assignee ?? [],
    },
  };
}

interface FetchedFrom {
  readonly checkout: Checkout;
  readonly remote: Remote;
  readonly branches: Promise<Branches>;
}

/** What the request is to be merged into, as the remote has it now. */
async function findBase(
  { environment }: Terminal,
  flags: PrFlags,
  { checkout, remote, branches }: FetchedFrom,
  defaultBranch: string,
): Promise<{ readonly branch: string; readonly commit: string }> {
  const { branch: current } = await checkout.head();
  const own = flags.branch ?? DEFAULT_BRANCH;
  if (flags.baseBranch === own)
    throw new UsageError(`${own} cannot be merged into itself`, {
      remedy:
        "Name the branch that is to be merged into with --base-branch, or another of its own with --branch.",
    });
  const usual = [current, environment["CI_COMMIT_BRANCH"]].filter((name) => name?.startsWith(own) !== true);
  const names = flags.baseBranch === undefined ? [...usual, defaultBranch] : [flags.baseBranch];
  const seen = await branches;
  for (const branch of names) {
    const commit = branch === undefined || branch === "" ? undefined : await remote.fetch(branch, seen);
    if (branch !== undefined && commit !== undefined) return { branch, commit };
  }
  throw new UsageError(`The remote has no branch ${names.at(-1) ?? ""}`, {
    remedy: "Name the branch that is to be merged into with --base-branch.",
  });
}
