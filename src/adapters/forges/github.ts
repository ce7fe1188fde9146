/** Pull requests on GitHub, by its REST API, and by its GraphQL API what that lacks (https://docs.github.com/en/rest). */
import { UserError } from "../../errors.ts";
import type { TokenFacts } from "../../model/diagnosis.ts";
import type { ChangeRequest } from "../../model/request.ts";
import type { Forge, ForgeProject, NewRequest, RequestAddition, RequestChange } from "../../ports/forge.ts";
import type { Fetch } from "../http/ways.ts";
import { compareUrl } from "./compare-url.ts";
import type { ForgeAddress } from "./find-forge.ts";
import { openGitHubApi, type GitHubApi } from "./github-api.ts";
import { commitOnGitHub } from "./github-commits.ts";
import { explainGitHub, isStatus, MAY_CHANGE_WORKFLOWS } from "./github-errors.ts";
import { openOnce } from "./open-once.ts";

/** Characters of an issue's or pull request's body. */
const LONGEST_BODY = 65_536;
/** A workflow's own token; its requests start no workflows, and it may not change any. */
const ACTIONS_LOGIN = "github-actions[bot]";

/** A repository on GitHub. */
export function openGitHub(address: ForgeAddress, token: string, fetch: Fetch): Forge {
  const api = openGitHubApi(address, token, fetch);
  return {
    longestBody: LONGEST_BODY,
    describe: () => explainGitHub("look at the repository", () => describe(api)),
    tryOpen: (branch) => explainGitHub("open pull requests", () => tryOpen(api, branch)),
    requestsOf: (branch) => explainGitHub("list the pull requests", () => requestsOf(api, branch)),
    open: (request) => explainGitHub("open the pull request", () => open(api, request)),
    change: (number, change) =>
      explainGitHub("change the pull request", () => changeRequest(api, number, change)),
    add: (number, kind, names) => explainGitHub(`add ${kind}`, () => add(api, number, kind, names)),
    forgetsToMerge: false,
    mergeWhenReady: (number) => explainGitHub("switch auto-merge on", () => mergeWhenReady(api, number)),
    commit: (commits) => explainGitHub("commit", () => commitOnGitHub(api, commits)),
    compareUrl: (base, branch) => compareUrl(`${address.web}/compare`, base, branch),
  };
}

async function describe({ client, owner, repo }: GitHubApi): Promise<ForgeProject> {
  const { data, headers } = await client.request("GET /repos/{owner}/{repo}", { owner, repo });
  const login = await findLogin(client);
  if (login !== undefined && !login.endsWith("[bot]") && data.permissions?.push === false)
    throw new UserError(`${login}, whose GITHUB_TOKEN is, may look at the repository and not push to it`, {
      remedy: "Use the token of somebody who has the role Write there, or an app's.",
    });
  const isActions = login === ACTIONS_LOGIN;
  const lacksWorkflow = readToken(headers).scopes?.includes("workflow") === false;
  return {
    defaultBranch: data.default_branch,
    notices: isActions
      ? [
          "a pull request that is opened with the token of GitHub Actions starts no workflows: use an app's token to have them run",
        ]
      : [],
    forbidden:
      isActions || lacksWorkflow
        ? [
            {
              path: ".github/workflows/",
              why: isActions
                ? "the token of GitHub Actions may not change workflows"
                : "the token lacks the scope `workflow`",
              remedy: MAY_CHANGE_WORKFLOWS,
            },
          ]
        : [],
  };
}

/** Only of tokens of persons does it say what they may do, and only of the classic ones which scopes they have. */
function readToken(headers: Readonly<Record<string, unknown>>): TokenFacts {
  const scopes = textOf(headers["x-oauth-scopes"])
    .split(",")
    .flatMap((scope) => scope.trim() || []);
  const expires = Date.parse(textOf(headers["github-authentication-token-expiration"]));
  return {
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}

function textOf(header: unknown): string {
  return typeof header === "string" ? header : "";
}

/** Rights come before all else; that there is nothing to merge (422) is said only to those who have them. */
async function tryOpen({ client, owner, repo }: GitHubApi, branch: string): Promise<TokenFacts> {
  const request = { owner, repo, head: branch, base: branch, title: "Nothing" };
  await client.request("POST /repos/{owner}/{repo}/pulls", request).catch((error: unknown) => {
    if (!isStatus(error, 422)) throw error;
  });
  const { headers } = await client.request("GET /repos/{owner}/{repo}", { owner, repo });
  return readToken(headers);
}

/** Who the token is; a token that may not know it is no workflow's. Of an app's it cannot be told what it may do. */
async function findLogin(client: GitHubApi["client"]): Promise<string | undefined> {
  const answer = await client
    .graphql<{ viewer: { login: string } }>("query { viewer { login } }")
    .catch(() => undefined);
  return answer?.viewer.login;
}

async function requestsOf(
  { client, owner, repo }: GitHubApi,
  branch: string,
): Promise<readonly ChangeRequest[]> {
  const { data } = await client.request("GET /repos/{owner}/{repo}/pulls", {
    ...{ owner, repo, head: `${owner}:${branch}` },
    ...{ state: "all", sort: "created", direction: "desc", per_page: 20 },
  });
  return data.filter(({ head }) => head.ref === branch).map(toRequest);
}

interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly merged_at: string | null;
  readonly base: { readonly ref: string };
}

function toRequest({ number, html_url: url, title, body, state, merged_at, base }: Pull): ChangeRequest {
  const closed = merged_at === null ? "closed" : "merged";
  return { number, url, title, body: body ?? "", base: base.ref, state: state === "open" ? "open" : closed };
}

async function open(
  api: GitHubApi,
  { branch, base, title, body, draft }: NewRequest,
): Promise<ChangeRequest> {
  const { client, owner, repo } = api;
  const request = { owner, repo, head: branch, base, title, body, draft };
  return openOnce(
    async () => toRequest((await client.request("POST /repos/{owner}/{repo}/pulls", request)).data),
    (error) => isStatus(error, 422),
    () => requestsOf(api, branch),
  );
}

async function changeRequest(
  { client, owner, repo }: GitHubApi,
  number: number,
  change: RequestChange,
): Promise<void> {
  await client.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...{ owner, repo, pull_number: number },
    ...change,
  });
}

async function add(
  { client, owner, repo }: GitHubApi,
  number: number,
  kind: RequestAddition,
  names: readonly string[],
) {
  const place = { owner, repo, issue_number: number };
  switch (kind) {
    case "labels":
      await client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
        ...place,
        labels: [...names],
      });
      return;
    case "assignees":
      await client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", {
        ...{ ...place, assignees: [...names] },
      });
      return;
    case "reviewers":
      await client.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
        ...{ owner, repo, pull_number: number },
        reviewers: names.filter((name) => !name.includes("/")),
        team_reviewers: names.flatMap((name) =>
          name.includes("/") ? [name.slice(name.indexOf("/") + 1)] : [],
        ),
      });
  }
}

async function mergeWhenReady({ client, owner, repo }: GitHubApi, number: number): Promise<void> {
  const { data: project } = await client.request("GET /repos/{owner}/{repo}", { owner, repo });
  const { data: pull } = await client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...{ owner, repo, pull_number: number },
  });
  const others = project.allow_squash_merge === true ? "SQUASH" : "REBASE";
  const method = project.allow_merge_commit === false ? others : "MERGE";
  await client.graphql(
    `mutation ($id: ID!, $how: PullRequestMergeMethod!) {
      enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $how }) { clientMutationId }
    }`,
    { id: pull.node_id, how: method },
  );
}
