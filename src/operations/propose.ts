/**
 * A branch of the program's own and its request. The branch is the identity: whatever was proposed on it before, and
 * whoever else is at it, afterwards the branch holds the proposal and has one request, or neither is needed.
 */
import { UserError } from "../errors.ts";
import type { ChangeRequest, Proposal, RequestResult } from "../model/request.ts";
import type { Branches, Forge, MadeCommits, Remote, RequestAddition } from "../ports/forge.ts";
import {
  decideBranch,
  type BranchDecision,
  type BranchFacts,
  type OnForeignCommits,
} from "../requests/decide.ts";
import {
  closedBody,
  describeRequest,
  isDescribed,
  leftAloneBody,
  redescribe,
  supersededBody,
  withAdded,
  type Description,
} from "../requests/describe.ts";
import { parseBlock } from "../requests/marker.ts";
import { publishCommits, type CommitWith } from "./publish-commits.ts";

/** How requests are made. */
export interface RequestSettings {
  readonly base: string;
  /** What the branches of a run begin with, or what the only one is. */
  readonly branch: string;
  readonly commitWith: CommitWith;
  readonly onForeignCommits: OnForeignCommits;
  readonly draft: boolean;
  readonly autoMerge: boolean;
  readonly additions: Readonly<Record<RequestAddition, readonly string[]>>;
}

/** What a proposal is made to. */
export interface Proposing {
  readonly remote: Remote;
  readonly forge: Forge;
  readonly settings: RequestSettings;
}

/** A branch, and the proposal that it is to hold; without one everything is up to date. */
export interface BranchProposal {
  readonly branch: string;
  readonly proposal: Proposal | undefined;
  /** What its commits are on top of. */
  readonly parent: string;
  /** Which branches belong together; see `groupOf`. */
  readonly group: string;
  /** What a request says in one line. */
  readonly subject: string;
}

/** What is known of a branch now, or of one as it was seen. */
export async function gatherBranch(
  { remote, forge, settings }: Proposing,
  branch: string,
  seen?: Branches,
): Promise<BranchFacts> {
  const [commit, requests] = await Promise.all([remote.fetch(branch, seen), forge.requestsOf(branch)]);
  return { tip: commit === undefined ? undefined : await remote.describe(commit, settings.base), requests };
}

/** Brings a branch and its request up to date. Asks for the facts anew: a build takes long enough for them to change. */
export async function propose(to: Proposing, wanted: BranchProposal): Promise<RequestResult> {
  const facts = await gatherBranch(to, wanted.branch);
  const decision = decideBranch(facts, wanted.proposal, to.settings.onForeignCommits);
  return act(to, wanted, facts, decision);
}

/** The branches that one configuration is proposed on, where their names begin alike. */
export function groupOf({ branch }: Pick<RequestSettings, "branch">, configuration: string): string {
  return `${branch} of ${configuration}`;
}

/**
 * Closes the requests of branches that were made for groups of images which are not there any more. A branch that has
 * commits of others stays.
 */
export async function closeSuperseded(
  to: Proposing,
  group: string,
  present: readonly string[],
): Promise<readonly RequestResult[]> {
  const { remote, forge } = to;
  const { branch: own } = to.settings;
  // Those that were seen when the last branch was proposed.
  const others = [...(await remote.branches("last seen")).keys()].filter(
    (branch) => (branch === own || branch.startsWith(`${own}-`)) && !present.includes(branch),
  );
  const results: RequestResult[] = [];
  for (const branch of others) {
    const { tip, requests } = await gatherBranch(to, branch);
    const request = requests.find(({ state, body }) => state === "open" && parseBlock(body)?.group === group);
    if (request === undefined) continue;
    await forge.change(request.number, { body: supersededBody(request.body, present), state: "closed" });
    if (tip?.foreign.length === 0) await remote.push(branch, undefined, tip.commit);
    results.push({ branch, action: "superseded", ...placeOf(request) });
  }
  return results;
}

/** Leaves a branch with commits of others as it is, and has its request say so. */
export async function leaveAlone(
  { forge }: Pick<Proposing, "forge">,
  branch: string,
  { tip, requests }: BranchFacts,
): Promise<RequestResult> {
  const foreign = tip?.foreign ?? [];
  const request = requests.find(({ state }) => state === "open");
  const result = { branch, action: "left-alone", foreign } as const;
  if (request === undefined) return result;
  const body = leftAloneBody(request.body, branch, foreign);
  if (!isSameText(body, request.body)) await forge.change(request.number, { body });
  return { ...result, ...placeOf(request) };
}

async function act(
  to: Proposing,
  wanted: BranchProposal,
  facts: BranchFacts,
  decision: BranchDecision,
): Promise<RequestResult> {
  const { branch, proposal } = wanted;
  switch (decision.kind) {
    case "nothing":
      return { branch, action: "nothing" };
    case "decline":
      return { branch, action: "declined", ...placeOf(decision.request) };
    case "keep":
      return { branch, action: "unchanged", ...placeOf(decision.request) };
    case "leave":
      return leaveAlone(to, branch, facts);
    case "close":
      return close(to, branch, decision.request, decision.deletes?.commit);
    case "propose": {
      if (proposal === undefined) throw new Error("there is no proposal");
      const made = decision.pushes ? await push(to, wanted, proposal, tipBefore(facts, wanted)) : undefined;
      const described = await ensureRequest(to, wanted, proposal, decision);
      return { ...described, ...(made === undefined ? {} : published(made)) };
    }
  }
}

/** The request first: without its branch a forge closes it, too, but does not say why. */
async function close(
  { remote, forge, settings }: Proposing,
  branch: string,
  request: ChangeRequest,
  tip: string | undefined,
): Promise<RequestResult> {
  await forge.change(request.number, { body: closedBody(request.body, settings.base), state: "closed" });
  // Where somebody has pushed to it meanwhile, it stays.
  if (tip !== undefined) await remote.push(branch, undefined, tip);
  return { branch, action: "closed", ...placeOf(request) };
}

/** What a result says of commits that were pushed. */
export function published({ commit, notices }: MadeCommits): Pick<RequestResult, "commit" | "notices"> {
  return { commit, ...(notices.length === 0 ? {} : { notices }) };
}

/** What a branch must be at. What others have put there, also while it was built, must be below the proposal. */
function tipBefore({ tip }: BranchFacts, { parent }: BranchProposal): string | undefined {
  return tip === undefined || tip.foreign.length === 0 ? tip?.commit : parent;
}

/** What the branch has then. */
async function push(
  { remote, forge, settings }: Proposing,
  { branch, parent }: BranchProposal,
  { commit, tree }: Proposal,
  expected: string | undefined,
): Promise<MadeCommits> {
  const by = settings.commitWith === "api" ? forge : undefined;
  const made = await publishCommits({ remote, forge: by }, { branch, commit, parent, expected });
  if (made !== undefined) return made;
  // Somebody was faster; another run that wanted the same has done our work.
  const now = await remote.fetch(branch);
  if (now !== undefined && (await remote.describe(now, settings.base)).tree === tree)
    return { commit: now, notices: [] };
  const what =
    now === expected
      ? `The remote did not move ${branch}, and does not say why`
      : `${branch} was pushed to by somebody else meanwhile; it was left as it is`;
  throw new UserError(what, {
    remedy: "Run again: what was built is kept.",
  });
}

async function ensureRequest(
  to: Proposing,
  { branch, group, subject }: BranchProposal,
  proposal: Proposal,
  { pushes, request }: Extract<BranchDecision, { kind: "propose" }>,
): Promise<RequestResult> {
  const { forge, settings } = to;
  const place = {
    ...{ branch, group },
    compareUrl: forge.compareUrl(settings.base, branch),
    longest: forge.longestBody,
  };
  if (request === undefined) {
    const first = describeRequest(proposal, subject, place);
    const opened = await forge.open({ ...first, branch, base: settings.base, draft: settings.draft });
    await addTo(to, { ...opened, body: first.body }, true);
    return { branch, action: "opened", ...placeOf(opened) };
  }
  // What was built by an earlier run is only found by this one: what that one said of it is of more use.
  const described =
    !pushes && isDescribed(request, proposal) ? request : redescribe(request, proposal, subject, place);
  const change = differencesOf(request, described, settings.base);
  if (Object.keys(change).length > 0) await forge.change(request.number, change);
  const hasAdded = await addTo(to, { ...request, body: described.body }, pushes);
  const isChanged = pushes || hasAdded || Object.keys(change).length > 0;
  return { branch, action: isChanged ? "updated" : "unchanged", ...placeOf(request) };
}

function differencesOf(request: ChangeRequest, { title, body }: Description, base: string) {
  return {
    ...(title === request.title ? {} : { title }),
    ...(isSameText(body, request.body) ? {} : { body }),
    ...(base === request.base ? {} : { base }),
  };
}

/** Adds what was not added yet, and remembers it: what somebody took away stays away. */
async function addTo(to: Proposing, request: ChangeRequest, pushes: boolean): Promise<boolean> {
  const { forge, settings } = to;
  const before = parseBlock(request.body)?.added ?? [];
  const added = [...before];
  for (const [kind, names] of Object.entries(settings.additions) as [RequestAddition, readonly string[]][]) {
    const news = names.filter((name) => !before.includes(`${kind} ${name}`));
    if (news.length === 0) continue;
    await forge.add(request.number, kind, news);
    added.push(...news.map((name) => `${kind} ${name}`));
  }
  const hasAdded = await remember(to, request, added);
  if (!settings.autoMerge || (before.includes(MERGING) && !(pushes && forge.forgetsToMerge))) return hasAdded;
  // Last, because a forge may refuse it, or merge at once.
  await forge.mergeWhenReady(request.number);
  return (await remember(to, request, [...added, MERGING])) || hasAdded;
}

/** What stands for auto-merge among what was added. */
const MERGING = "auto-merge";

async function remember(
  { forge }: Proposing,
  { number, body }: ChangeRequest,
  added: readonly string[],
): Promise<boolean> {
  const known = new Set(parseBlock(body)?.added);
  if (added.every((each) => known.has(each))) return false;
  await forge.change(number, { body: withAdded(body, [...new Set(added)]) });
  return true;
}

/** A forge may store other line ends, and none at the end. */
function isSameText(a: string, b: string): boolean {
  const normal = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return normal(a) === normal(b);
}

function placeOf({ number, url }: ChangeRequest): Pick<RequestResult, "number" | "url"> {
  return { number, url };
}
