import type { ExpandedMergeRequestSchema, UserSchema } from "@gitbeaker/rest";
import type { BareRepository } from "./bare-repository.ts";
import { undescribed } from "./gitlab-api.ts";
import { startHttpForge, type Answered, type Asked, type HttpForge } from "./http-forge.ts";

/** A merge request, as the server keeps it. */
export interface Merge {
  readonly iid: number;
  readonly source: string;
  target: string;
  title: string;
  description: string;
  state: "opened" | "closed" | "merged";
  readonly labels: string[];
  readonly reviewers: number[];
  readonly assignees: number[];
  /** The commit that is to be merged when all is there; GitLab forgets it when another one is pushed. */
  autoMerge: string | undefined;
}

/** A stand-in for GitLab with one project, number 42, whose branches are those of a bare repository on disk. */
export interface GitLab extends HttpForge {
  readonly merges: Merge[];
  /** The role of the token, as GitLab numbers them. */
  role: number;
  /** What the token says of itself. */
  token: { readonly scopes: readonly string[]; readonly expires_at: string | null };
  /** How many times it says that it has yet to look at a request, before it has that merged. */
  unsettled: number;
  /** What was asked or answered otherwise than GitLab describes its API. Must stay empty. */
  readonly violations: string[];
  /** What the program is told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes it as it was when it was started. */
  readonly forget: () => void;
}

const TOKEN = "glpat-tests";
const USERS: Readonly<Record<string, number>> = { ada: 1, grace: 2 };

type Body = Readonly<Record<string, unknown>>;

/** How it is before a test says otherwise. */
const UNTOUCHED = {
  ...{ trouble: () => undefined, role: 30, unsettled: 0 },
  token: { scopes: ["api"], expires_at: null },
};

/** Starts it. */
export async function startGitLab(repository: () => BareRepository): Promise<GitLab> {
  const forge = await startHttpForge(async (asked) => {
    if (asked.headers["private-token"] !== TOKEN)
      return { status: 401, body: { message: "401 Unauthorized" } };
    for (const merge of gitlab.merges) await follow(merge, repository());
    const answered = await answer(gitlab, asked, repository());
    gitlab.violations.push(...undescribed(asked, answered));
    return answered;
  });
  const environment = {
    CI_API_V4_URL: `${forge.url}/api/v4`,
    CI_PROJECT_ID: "42",
    CI_PROJECT_URL: "https://gitlab.example/acme/stack",
    GITLAB_TOKEN: TOKEN,
  };
  const gitlab: GitLab = Object.assign(forge, {
    ...{ merges: [], violations: [], environment, ...UNTOUCHED },
    forget: () => {
      gitlab.merges.splice(0);
      Object.assign(gitlab, UNTOUCHED);
    },
  });
  return gitlab;
}

/** What GitLab does by itself when something happens to a branch. */
async function follow(merge: Merge, { tip }: BareRepository): Promise<void> {
  const commit = await tip(merge.source);
  if (merge.autoMerge !== commit) merge.autoMerge = undefined;
  if (merge.state === "opened" && commit === undefined) merge.state = "closed";
}

async function answer(gitlab: GitLab, asked: Asked, repository: BareRepository): Promise<Answered> {
  const { method, path, query } = asked;
  const { merges, role, token } = gitlab;
  const body = (asked.body ?? {}) as Body;
  const [, number] = /\/merge_requests\/(\d+)/.exec(path) ?? [];
  const merge = merges.find(({ iid }) => String(iid) === number);
  if (number !== undefined && merge === undefined) return { status: 404, body: { message: "404 Not found" } };
  if (path.endsWith("/personal_access_tokens/self")) return { status: 200, body: { id: 1, ...token } };
  if (path.endsWith("/users")) {
    const id = USERS[query.get("username") ?? ""];
    return { status: 200, body: id === undefined ? [] : [user(id)] };
  }
  if (path.endsWith("/projects/42")) {
    const permissions = { project_access: { access_level: role, notification_level: 3 }, group_access: null };
    return { status: 200, body: { id: 42, default_branch: "main", permissions } };
  }
  if (merge === undefined && method === "GET") {
    const found = merges.filter(({ source }) => source === query.get("source_branch")).toReversed();
    return { status: 200, body: found.map((each) => shown(each, gitlab)) };
  }
  if (merge === undefined && !token.scopes.includes("api"))
    return { status: 403, body: { error: "insufficient_scope", scope: "api" } };
  if (merge === undefined) return create(gitlab, body, repository);
  if (method === "PUT" && path.endsWith("/merge")) {
    if (gitlab.unsettled > 0) return { status: 405, body: { message: "405 Method Not Allowed" } };
    merge.autoMerge = await repository.tip(merge.source);
  } else if (method === "PUT") change(merge, body);
  const answered = { status: 200, body: shown(merge, gitlab) };
  gitlab.unsettled = Math.max(0, gitlab.unsettled - 1);
  return answered;
}

async function create(gitlab: GitLab, body: Body, { tip }: BareRepository): Promise<Answered> {
  const texts = ["source_branch", "target_branch", "title", "description"].map((key) => textOf(body[key]));
  const [source = "", target = "", title = "", description = ""] = texts;
  if ((await tip(source)) === undefined || (await tip(target)) === undefined)
    return { status: 422, body: { message: ["Source or target branch does not exist"] } };
  if (source === target)
    return { status: 422, body: { message: ["You can't use same project/branch for source and target"] } };
  const { merges } = gitlab;
  const same = merges.find(
    (merge) => merge.state === "opened" && merge.source === source && merge.target === target,
  );
  if (same !== undefined)
    return {
      status: 409,
      body: { message: [`Another open merge request already exists for this source branch: !${same.iid}`] },
    };
  const merge: Merge = {
    ...{ iid: merges.length + 1, source, target, title, description, state: "opened", autoMerge: undefined },
    ...{ labels: [], reviewers: [], assignees: [] },
  };
  merges.push(merge);
  return { status: 201, body: shown(merge, gitlab) };
}

function change(merge: Merge, body: Body): void {
  if ("title" in body) merge.title = textOf(body["title"]);
  if ("description" in body) merge.description = textOf(body["description"]);
  if ("target_branch" in body) merge.target = textOf(body["target_branch"]);
  if (body["state_event"] === "close") merge.state = "closed";
  merge.labels.push(
    ...textOf(body["add_labels"])
      .split(",")
      .filter((label) => label !== ""),
  );
  for (const [key, ids] of [
    ["reviewer_ids", merge.reviewers],
    ["assignee_ids", merge.assignees],
  ] as const)
    if (Array.isArray(body[key])) ids.splice(0, ids.length, ...body[key].map(Number));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function user(id: number): UserSchema {
  const [username = ""] = Object.entries(USERS).find(([, each]) => each === id) ?? [];
  return {
    id,
    username,
    name: username,
    state: "active",
    avatar_url: "",
    web_url: `https://gitlab.example/${username}`,
  } as UserSchema;
}

/** The part of GitLab's answer that the client's types describe and that is of interest here. */
function shown(
  { iid, source, target, title, description, state, reviewers, assignees, labels }: Merge,
  { unsettled }: GitLab,
) {
  return {
    ...{ iid, title, description, state, labels, draft: title.startsWith("Draft: ") },
    ...{ source_branch: source, target_branch: target, source_project_id: 42, target_project_id: 42 },
    web_url: `https://gitlab.example/acme/stack/-/merge_requests/${iid}`,
    reviewers: reviewers.map(user),
    assignees: assignees.map(user),
    detailed_merge_status: unsettled > 0 ? "checking" : "mergeable",
  } satisfies Partial<ExpandedMergeRequestSchema>;
}
