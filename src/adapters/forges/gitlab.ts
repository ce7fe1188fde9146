/** Merge requests on GitLab, by its REST API (https://docs.gitlab.com/api/merge_requests/). */
import type { Agent } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { Gitlab } from "@gitbeaker/rest";
import type { TokenFacts } from "../../model/diagnosis.ts";
import type { ChangeRequest } from "../../model/request.ts";
import { UserError } from "../../errors.ts";
import type { Forge, ForgeProject, NewRequest, RequestAddition, RequestChange } from "../../ports/forge.ts";
import { compareUrl } from "./compare-url.ts";
import type { ForgeAddress } from "./find-forge.ts";
import { explainGitLab, isStatus, patiently } from "./gitlab-errors.ts";
import { openOnce } from "./open-once.ts";

/** Characters of a description. */
const LONGEST_BODY = 1_048_576;
/** What a title begins with while the request is a draft. */
const DRAFT = "Draft: ";
/** The lowest role that may push (Developer). */
const DEVELOPER = 30;

interface Api {
  readonly client: Gitlab;
  readonly project: string;
}

/** A project on GitLab; `agent` is how it is reached, if not by Node's own. */
export function openGitLab(
  { api: url, web, project }: ForgeAddress,
  token: string,
  agent: object | undefined,
): Forge {
  const host = url.replace(/\/api\/v4$/, "");
  // It hands it to `fetch` as its dispatcher, whatever its type says.
  const client = new Gitlab<false>({
    host,
    token,
    ...(agent === undefined ? {} : { agent: agent as unknown as Agent }),
  });
  const api: Api = { client, project };
  const call = <Result>(what: string, act: () => Promise<Result>) =>
    explainGitLab(what, () => patiently(act));
  return {
    longestBody: LONGEST_BODY,
    describe: () => call("look at the project", () => describe(api)),
    tryOpen: (branch) => call("open merge requests", () => tryOpen(api, branch)),
    requestsOf: (branch) => call("list the merge requests", () => requestsOf(api, branch)),
    open: (request) => call("open the merge request", () => open(api, request)),
    change: (number, change) => call("change the merge request", () => changeRequest(api, number, change)),
    add: (number, kind, names) => call(`add ${kind}`, () => add(api, number, kind, names)),
    forgetsToMerge: true,
    mergeWhenReady: (number) => call("switch auto-merge on", () => mergeWhenReady(api, number)),
    compareUrl: (base, branch) => compareUrl(`${web}/-/compare`, base, branch),
  };
}

async function describe({ client, project }: Api): Promise<ForgeProject> {
  const found = await client.Projects.show(project);
  const { project_access, group_access } = found.permissions;
  const levels = [project_access, group_access].flatMap((access: Access) => access?.access_level ?? []);
  // An administrator's token has neither.
  if (levels.length > 0 && Math.max(...levels) < DEVELOPER)
    throw new UserError("GITLAB_TOKEN may look at the project and not push to it", {
      remedy: "Use a token with the role Developer and the scope `api`.",
    });
  return { defaultBranch: found.default_branch, notices: [], forbidden: [] };
}

/** Tokens of persons, projects and groups may ask what they are; others are not told. */
async function readToken(client: Api["client"]): Promise<TokenFacts> {
  const found = await client.PersonalAccessTokens.show().catch(() => undefined);
  if (found === undefined) return {};
  const expires = Date.parse(found.expires_at ?? "");
  return { scopes: found.scopes ?? [], ...(Number.isNaN(expires) ? {} : { expires }) };
}

/** Rights come before all else; that a branch is not merged into itself (422) is said only to those who have them. */
async function tryOpen({ client, project }: Api, branch: string): Promise<TokenFacts> {
  await client.MergeRequests.create(project, branch, branch, "Nothing").catch((error: unknown) => {
    if (!isStatus(error, 422)) throw error;
  });
  return readToken(client);
}

/** The client says that it is always there. */
type Access = { readonly access_level: number } | null | undefined;

async function requestsOf({ client, project }: Api, branch: string): Promise<readonly ChangeRequest[]> {
  const found = await client.MergeRequests.all({
    ...{ projectId: project, sourceBranch: branch, scope: "all" as const, orderBy: "created_at" as const },
    ...{ sort: "desc" as const, perPage: 20, maxPages: 1 },
  });
  return found
    .filter(({ source_project_id, target_project_id }) => source_project_id === target_project_id)
    .map(toRequest);
}

interface Merge {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description: string | null;
  readonly state: string;
  readonly target_branch: string;
}

function toRequest({
  iid,
  web_url: url,
  title,
  description,
  state,
  target_branch: base,
}: Merge): ChangeRequest {
  return {
    number: iid,
    url,
    title: title.startsWith(DRAFT) ? title.slice(DRAFT.length) : title,
    body: description ?? "",
    base,
    // One that is being merged is `locked`.
    state: state === "opened" || state === "locked" ? "open" : state === "merged" ? "merged" : "closed",
  };
}

async function open(api: Api, { branch, base, title, body, draft }: NewRequest): Promise<ChangeRequest> {
  const { client, project } = api;
  const options = { description: body, removeSourceBranch: true };
  const shown = draft ? DRAFT + title : title;
  return openOnce(
    async () => toRequest(await client.MergeRequests.create(project, branch, base, shown, options)),
    (error) => isStatus(error, 409),
    () => requestsOf(api, branch),
  );
}

async function changeRequest({ client, project }: Api, number: number, change: RequestChange): Promise<void> {
  const { title, body, base, state } = change;
  const isDraft =
    title !== undefined && (await client.MergeRequests.show(project, number)).title.startsWith(DRAFT);
  await client.MergeRequests.edit(project, number, {
    ...(title === undefined ? {} : { title: isDraft ? DRAFT + title : title }),
    ...(body === undefined ? {} : { description: body }),
    ...(base === undefined ? {} : { targetBranch: base }),
    ...(state === undefined ? {} : { stateEvent: "close" as const }),
  });
}

async function add(
  { client, project }: Api,
  number: number,
  kind: RequestAddition,
  names: readonly string[],
) {
  switch (kind) {
    case "labels":
      await client.MergeRequests.edit(project, number, { addLabels: names.join(",") });
      return;
    case "assignees":
    case "reviewers": {
      const present = await client.MergeRequests.show(project, number);
      const before = (present[kind] ?? []).map(({ id }) => id);
      const ids = [...new Set([...before, ...(await usersNamed(client, names))])];
      await client.MergeRequests.edit(
        project,
        number,
        kind === "assignees" ? { assigneeIds: ids } : { reviewerIds: ids },
      );
    }
  }
}

async function usersNamed(client: Api["client"], names: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const username of names) {
    const [user] = await client.Users.all({ username });
    if (user === undefined)
      throw new UserError(`GitLab has no user ${username}`, {
        remedy: "Name people as in their @name, without the @.",
      });
    found.push(user.id);
  }
  return found;
}

/** What GitLab says of a request that it is still looking at, or whose pipeline it has not begun. */
const UNSETTLED = ["preparing", "unchecked", "checking", "approvals_syncing", "ci_must_pass"];
const MOST_LOOKS = 5;

/** GitLab answers first and looks at a new request then; until it has, it refuses. */
async function mergeWhenReady({ client, project }: Api, number: number): Promise<void> {
  for (let looked = 1; ; looked += 1)
    try {
      // The same by its new name, and by the one that it had before 17.11.
      const when = { autoMerge: true, mergeWhenPipelineSucceeds: true };
      await client.MergeRequests.merge(project, number, when);
      return;
    } catch (error) {
      if (looked === MOST_LOOKS || !isStatus(error, 405)) throw error;
      const { detailed_merge_status: status } = await client.MergeRequests.show(project, number);
      if (!UNSETTLED.includes(status)) throw error;
      await pause(looked * 1000);
    }
}
