import { schema as published } from "@octokit/graphql-schema";
import { buildSchema, graphql, type GraphQLSchema } from "graphql";
import { readDescribedApi, type DescribedApi, type Operation } from "./described-api.ts";
import {
  commitOnBranch,
  makeBlob,
  makeCommit,
  makeTree,
  readCommit,
  Refused,
  updateRefs,
} from "./server-commits.ts";
import type { Entry } from "./server-commits.ts";
import { startHttpForge, type Answered, type Asked, type HttpForge } from "./http-forge.ts";
import type { BareRepository } from "./bare-repository.ts";

/** A pull request, as the server keeps it. */
export interface Pull {
  readonly number: number;
  readonly head: string;
  readonly draft: boolean;
  title: string;
  body: string;
  base: string;
  state: "open" | "closed";
  mergedAt: string | null;
  readonly labels: string[];
  readonly reviewers: string[];
  readonly assignees: string[];
  autoMerge: string | undefined;
}

/** A stand-in for GitHub, with one repository, `acme/stack`, whose branches are those of a bare repository on disk. */
export interface GitHub extends HttpForge {
  readonly pulls: Pull[];
  /** Whose the token is. */
  login: string;
  /** Whether that may push. */
  mayPush: boolean;
  /** What the token is for, where it says so: a classic one of a person. */
  scopes: string | undefined;
  /** When the token ends, as GitHub writes it. */
  tokenEnds: string | undefined;
  /** Whether it signs the commits that it makes; those of objects for apps alone. */
  signs: boolean;
  /** What was asked or answered otherwise than GitHub describes its API. Must stay empty. */
  readonly violations: string[];
  /** What the program is told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes it as it was when it was started. */
  readonly forget: () => void;
}

/** The token that is good. */
const TOKEN = "ghp_tests";
const OWNER = "acme";
const REPO = "stack";
const NOW = "2026-01-01T00:00:00Z";

type Body = Readonly<Record<string, unknown>>;

/** How it is before a test says otherwise. */
const UNTOUCHED = {
  ...{ trouble: () => undefined, login: "ada", mayPush: true, signs: true },
  ...{ scopes: undefined, tokenEnds: undefined },
};

/** Starts it, as github.com is, or as an Enterprise server, whose APIs are below paths. */
export async function startGitHub(
  repository: () => BareRepository,
  kind: "public" | "enterprise" = "public",
): Promise<GitHub> {
  const api = readDescribedApi();
  const schema = readSchema();
  const forge = await startHttpForge(async (whole) => {
    const asked = kind === "public" ? whole : withoutPath(whole);
    if (asked.headers.authorization !== `token ${TOKEN}`) return refusal(401, "Bad credentials");
    await closeWithoutBranch(github.pulls, repository());
    if (asked.path === "/graphql") return answerGraphql(schema, github, asked, repository());
    const operation = api.find(asked.method, asked.path);
    if (operation === undefined) {
      github.violations.push(`there is no ${asked.method} ${asked.path}`);
      return refusal(404, "Not Found");
    }
    github.violations.push(...operation.checkRequest(asked.query, asked.body));
    const answered = await answer(api, operation, asked, github, repository());
    github.violations.push(...operation.checkAnswer(answered.status, answered.body));
    return answered;
  });
  const environment = {
    GITHUB_API_URL: kind === "public" ? forge.url : `${forge.url}/api/v3`,
    GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
    GITHUB_TOKEN: TOKEN,
    GITHUB_SERVER_URL: "https://github.example",
  };
  const github: GitHub = Object.assign(forge, {
    ...{ pulls: [], violations: [], environment, ...UNTOUCHED },
    forget: () => {
      github.pulls.splice(0);
      Object.assign(github, UNTOUCHED);
    },
  });
  return github;
}

/** A request to an Enterprise server, as one to github.com: `/api/v3/…` and `/api/graphql` are the paths. */
function withoutPath(asked: Asked): Asked {
  const [, rest, graphql] = /^\/api(?:\/v3(\/.+)|(\/graphql))$/.exec(asked.path) ?? [];
  return { ...asked, path: rest ?? graphql ?? "/nowhere" };
}

/** GitHub closes a pull request whose branch is gone. */
async function closeWithoutBranch(pulls: readonly Pull[], { tip }: BareRepository): Promise<void> {
  for (const pull of pulls)
    if (pull.state === "open" && (await tip(pull.head)) === undefined) pull.state = "closed";
}

function refusal(status: number, message: string): Answered {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

async function answer(
  api: DescribedApi,
  { name, parts }: Operation,
  { query, body }: Asked,
  github: GitHub,
  repository: BareRepository,
): Promise<Answered> {
  const { pulls } = github;
  const content = (body ?? {}) as Body;
  const pull = pulls.find(({ number }) => String(number) === (parts["pull_number"] ?? parts["issue_number"]));
  if (parts["owner"] !== OWNER || parts["repo"] !== REPO) return refusal(404, "Not Found");
  if (("pull_number" in parts || "issue_number" in parts) && pull === undefined)
    return refusal(404, "Not Found");
  switch (name) {
    case "GET /repos/{owner}/{repo}":
      return {
        status: 200,
        body: { ...repositoryOf(api), permissions: { admin: false, push: github.mayPush, pull: true } },
        headers: {
          ...(github.scopes === undefined ? {} : { "x-oauth-scopes": github.scopes }),
          ...(github.tokenEnds === undefined
            ? {}
            : { "github-authentication-token-expiration": github.tokenEnds }),
        },
      };
    case "GET /repos/{owner}/{repo}/pulls": {
      const [, head] = (query.get("head") ?? "").split(":");
      const found = pulls.filter((each) => head === undefined || each.head === head).toReversed();
      return { status: 200, body: found.map((each) => shown(api, "pull-request-simple-items", each)) };
    }
    case "POST /repos/{owner}/{repo}/pulls":
      return create(api, pulls, content, repository);
    case "GET /repos/{owner}/{repo}/pulls/{pull_number}":
      return { status: 200, body: shown(api, "pull-request", pull) };
    case "PATCH /repos/{owner}/{repo}/pulls/{pull_number}":
      Object.assign(pull ?? {}, content);
      return { status: 200, body: shown(api, "pull-request", pull) };
    case "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers":
      pull?.reviewers.push(...textsOf(content["reviewers"]), ...textsOf(content["team_reviewers"]));
      return { status: 201, body: shown(api, "pull-request-review-request", pull) };
    case "POST /repos/{owner}/{repo}/issues/{issue_number}/labels":
      pull?.labels.push(...textsOf(content["labels"]));
      return { status: 200, body: api.example("label-items") };
    case "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees":
      pull?.assignees.push(...textsOf(content["assignees"]));
      return { status: 201, body: api.example("issue") };
    case "POST /repos/{owner}/{repo}/git/blobs": {
      const bytes = Buffer.from(
        String(content["content"]),
        content["encoding"] === "base64" ? "base64" : "utf8",
      );
      const sha = await makeBlob(repository.folder, bytes);
      return { status: 201, body: { sha, url: `https://github.example/blobs/${sha}` } };
    }
    case "POST /repos/{owner}/{repo}/git/trees": {
      const entries = content["tree"] as readonly Entry[];
      const sha = await makeTree(repository.folder, String(content["base_tree"]), entries);
      return { status: 201, body: { ...api.example("git-tree"), sha } };
    }
    case "POST /repos/{owner}/{repo}/git/commits": {
      const parents = textsOf(content["parents"]);
      const { tree, message } = content;
      const sha = await makeCommit(repository.folder, String(tree), parents, String(message));
      const verified = github.signs && github.login.endsWith("[bot]");
      const unsigned = {
        reason: verified ? "valid" : "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      };
      return {
        status: 201,
        body: { ...api.example("git-commit"), sha, verification: { verified, ...unsigned } },
      };
    }
    default:
      return refusal(404, "Not Found");
  }
}

async function create(
  api: DescribedApi,
  pulls: Pull[],
  { head, base, title, body, draft }: Body,
  { tip, git }: BareRepository,
): Promise<Answered> {
  const [source, target] = [await tip(String(head)), await tip(String(base))];
  const invalid = (message: string) => ({
    status: 422,
    body: {
      ...(refusal(422, "Validation Failed").body as object),
      errors: [{ resource: "PullRequest", code: "custom", message }],
    },
  });
  if (source === undefined || target === undefined) return invalid("head or base is invalid");
  if ((await git("rev-list", "--count", `${target}..${source}`)) === "0")
    return invalid(`No commits between ${String(base)} and ${String(head)}`);
  // Nothing is waited for from here on: of two that are asked for at once one is refused.
  if (pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base))
    return invalid(`A pull request already exists for ${OWNER}:${String(head)}.`);
  const pull: Pull = {
    number: pulls.length + 1,
    ...{
      head: String(head),
      base: String(base),
      title: String(title),
      body: typeof body === "string" ? body : "",
      draft: draft === true,
    },
    ...{ state: "open", mergedAt: null, labels: [], reviewers: [], assignees: [], autoMerge: undefined },
  };
  pulls.push(pull);
  return { status: 201, body: shown(api, "pull-request", pull) };
}

/** GitHub's example of a repository, with what it lacks by GitHub's own description. */
function repositoryOf(api: DescribedApi): Body {
  const whole = api.example("full-repository-default-response");
  const within = (key: string) => ({ ...(whole[key] as object), language: null });
  return {
    ...whole,
    language: null,
    source: within("source"),
    parent: within("parent"),
    default_branch: "main",
  };
}

/** GitHub's example of a pull request with what is known of this one. */
function shown(api: DescribedApi, example: string, pull: Pull | undefined): unknown {
  const found = api.example(example);
  const whole = (Array.isArray(found) ? (found as readonly unknown[])[0] : found) as Body;
  if (pull === undefined) return whole;
  const { number, title, body, state, draft, mergedAt } = pull;
  const url = `https://github.example/${OWNER}/${REPO}/pull/${number}`;
  const branchIn = (key: string, ref: string) => ({ ...(whole[key] as object), ref });
  return {
    ...whole,
    // The example lacks what GitHub describes of teams.
    ...{
      requested_teams: [],
      number,
      title,
      body,
      state,
      draft,
      html_url: url,
      node_id: `PR_${number}`,
      merged_at: mergedAt,
    },
    ...{ head: branchIn("head", pull.head), base: branchIn("base", pull.base) },
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function readSchema(): GraphQLSchema {
  return buildSchema(published.idl, { assumeValid: true });
}

type RefUpdates = Parameters<typeof updateRefs>[1];

interface CommitInput {
  readonly branch: { readonly repositoryNameWithOwner: string; readonly branchName: string };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string };
  readonly fileChanges: {
    readonly additions: readonly { readonly path: string; readonly contents: string }[];
  };
}

/** What GitHub's schema does not allow is an error, on either side. */
async function answerGraphql(
  schema: GraphQLSchema,
  github: GitHub,
  { body }: Asked,
  { folder, tip }: BareRepository,
): Promise<Answered> {
  const { query, variables } = body as { query: string; variables?: Record<string, unknown> };
  const shownCommit = async (id: string) => {
    const commit = await readCommit(folder, id);
    const signature = { __typename: "GpgSignature", isValid: true, state: "VALID" };
    return commit && { ...commit, signature: github.signs ? signature : null };
  };
  const rootValue = {
    viewer: { login: github.login },
    enablePullRequestAutoMerge: ({ input }: { input: { pullRequestId: string; mergeMethod: string } }) => {
      const pull = github.pulls.find(({ number }) => `PR_${number}` === input.pullRequestId);
      if (pull === undefined) throw new Error("Could not resolve to a node");
      pull.autoMerge = input.mergeMethod;
      return { clientMutationId: null };
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      if (owner !== OWNER || name !== REPO) return null;
      return {
        id: "R_1",
        ref: async ({ qualifiedName }: { qualifiedName: string }) => {
          const commit = await tip(qualifiedName.replace("refs/heads/", ""));
          return commit === undefined ? null : { target: await shownCommit(commit) };
        },
        object: ({ oid }: { oid: string }) => shownCommit(oid),
      };
    },
    createCommitOnBranch: async ({ input }: { input: CommitInput }) => {
      const { branch, expectedHeadOid, message, fileChanges } = input;
      if (branch.repositoryNameWithOwner !== `${OWNER}/${REPO}`) throw new Error("no such repository");
      const text = [message.headline, message.body ?? ""].join("\n\n").trim();
      const made = await commitOnBranch(
        folder,
        branch.branchName,
        expectedHeadOid,
        text,
        fileChanges.additions,
      );
      return { commit: await shownCommit(made) };
    },
    updateRefs: async ({ input }: { input: { repositoryId: string; refUpdates: RefUpdates } }) => {
      if (input.repositoryId !== "R_1") throw new Error("no such repository");
      await updateRefs(folder, input.refUpdates);
      return { clientMutationId: null };
    },
  };
  const result = await graphql({
    schema,
    source: query,
    rootValue,
    ...(variables === undefined ? {} : { variableValues: variables }),
  });
  const unforeseen = (result.errors ?? []).filter(({ originalError }) => !(originalError instanceof Refused));
  github.violations.push(...unforeseen.map(({ message }) => `graphql: ${message}`));
  return { status: 200, body: result };
}

/** Merges a pull request as GitHub's button does. */
export async function mergePull(
  pull: Pull,
  { git, tip }: BareRepository,
  how: "merge" | "squash",
): Promise<void> {
  const [head = "", base = ""] = [await tip(pull.head), await tip(pull.base)];
  const parents = how === "merge" ? ["-p", base, "-p", head] : ["-p", base];
  const commit = await git(
    "commit-tree",
    ...parents,
    "-m",
    `${pull.title} (#${pull.number})`,
    `${head}^{tree}`,
  );
  await git("update-ref", `refs/heads/${pull.base}`, commit, base);
  Object.assign(pull, { state: "closed", mergedAt: NOW });
}
