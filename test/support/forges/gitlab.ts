import type { ExpandedMergeRequestSchema, UserSchema } from "@gitbeaker/rest";
import type { BareRepository } from "./bare-repository.ts";
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
  autoMerge: boolean;
}

/** A stand-in for GitLab with one project, number 42, whose branches are those of a bare repository on disk. */
export interface GitLab extends HttpForge {
  readonly merges: Merge[];
  /** The role of the token, as GitLab numbers them. */
  role: number;
  /** What the token says of itself. */
  token: { readonly scopes: readonly string[]; readonly expires_at: string | null };
  /** What was asked otherwise than GitLab documents its API. Must stay empty. */
  readonly violations: string[];
  /** What the program is told of it. */
  readonly environment: Readonly<Record<string, string>>;
}

const TOKEN = "glpat-tests";
const USERS: Readonly<Record<string, number>> = { ada: 1, grace: 2 };

/** The parameters that https://docs.gitlab.com/api/merge_requests/ (and projects, users) documents, as far as of interest. */
const DOCUMENTED: readonly (readonly [operation: RegExp, parameters: readonly string[]])[] = [
  [/^GET \/api\/v4\/projects\/42$/, ["license", "statistics", "with_custom_attributes"]],
  [/^GET \/api\/v4\/personal_access_tokens\/self$/, []],
  [/^GET \/api\/v4\/users$/, ["username", "search", "active", "per_page", "page"]],
  [
    /^GET \/api\/v4\/projects\/42\/merge_requests$/,
    ["state", "source_branch", "target_branch", "scope", "order_by", "sort", "per_page", "page"],
  ],
  [
    /^POST \/api\/v4\/projects\/42\/merge_requests$/,
    [
      ...[
        "source_branch",
        "target_branch",
        "title",
        "description",
        "remove_source_branch",
        "squash",
        "labels",
      ],
      ...["assignee_ids", "reviewer_ids", "allow_collaboration", "milestone_id", "target_project_id"],
    ],
  ],
  [/^GET \/api\/v4\/projects\/42\/merge_requests\/\d+$/, []],
  [
    /^PUT \/api\/v4\/projects\/42\/merge_requests\/\d+$/,
    [
      ...["title", "description", "target_branch", "state_event", "add_labels", "remove_labels", "labels"],
      ...["assignee_ids", "reviewer_ids", "squash", "discussion_locked", "remove_source_branch"],
    ],
  ],
  [
    /^PUT \/api\/v4\/projects\/42\/merge_requests\/\d+\/merge$/,
    ["auto_merge", "merge_when_pipeline_succeeds", "squash", "sha", "should_remove_source_branch"],
  ],
];

type Body = Readonly<Record<string, unknown>>;

/** Starts it. */
export async function startGitLab(repository: () => BareRepository): Promise<GitLab> {
  const forge = await startHttpForge(async (asked) => {
    if (asked.headers["private-token"] !== TOKEN)
      return { status: 401, body: { message: "401 Unauthorized" } };
    gitlab.violations.push(...undocumented(asked));
    return answer(gitlab, asked, repository());
  });
  const environment = {
    CI_API_V4_URL: `${forge.url}/api/v4`,
    CI_PROJECT_ID: "42",
    CI_PROJECT_URL: "https://gitlab.example/acme/stack",
    GITLAB_TOKEN: TOKEN,
  };
  const gitlab: GitLab = Object.assign(forge, {
    ...{ merges: [], role: 30, token: { scopes: ["api"], expires_at: null }, violations: [], environment },
  });
  return gitlab;
}

function undocumented({ method, path, query, body }: Asked): readonly string[] {
  const operation = `${method} ${path}`;
  const parameters = DOCUMENTED.find(([pattern]) => pattern.test(operation))?.[1];
  if (parameters === undefined) return [`there is no ${operation}`];
  const given = [...query.keys(), ...Object.keys(body ?? {})];
  return given.filter((name) => !parameters.includes(name)).map((name) => `${operation}: no ${name}`);
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
    return { status: 200, body: found.map(shown) };
  }
  if (merge === undefined && !token.scopes.includes("api"))
    return { status: 403, body: { error: "insufficient_scope", scope: "api" } };
  if (merge === undefined) return create(merges, body, repository);
  if (method === "PUT" && path.endsWith("/merge")) merge.autoMerge = true;
  else if (method === "PUT") change(merge, body);
  return { status: 200, body: shown(merge) };
}

async function create(merges: Merge[], body: Body, { tip }: BareRepository): Promise<Answered> {
  const texts = ["source_branch", "target_branch", "title", "description"].map((key) => textOf(body[key]));
  const [source = "", target = "", title = "", description = ""] = texts;
  if ((await tip(source)) === undefined || (await tip(target)) === undefined)
    return { status: 422, body: { message: ["Source or target branch does not exist"] } };
  if (source === target)
    return { status: 422, body: { message: ["You can't use same project/branch for source and target"] } };
  const same = merges.find(
    (merge) => merge.state === "opened" && merge.source === source && merge.target === target,
  );
  if (same !== undefined)
    return {
      status: 409,
      body: { message: [`Another open merge request already exists for this source branch: !${same.iid}`] },
    };
  const merge: Merge = {
    ...{ iid: merges.length + 1, source, target, title, description, state: "opened", autoMerge: false },
    ...{ labels: [], reviewers: [], assignees: [] },
  };
  merges.push(merge);
  return { status: 201, body: shown(merge) };
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
function shown({ iid, source, target, title, description, state, reviewers, assignees, labels }: Merge) {
  return {
    ...{ iid, title, description, state, labels, draft: title.startsWith("Draft: ") },
    ...{ source_branch: source, target_branch: target, source_project_id: 42, target_project_id: 42 },
    web_url: `https://gitlab.example/acme/stack/-/merge_requests/${iid}`,
    reviewers: reviewers.map(user),
    assignees: assignees.map(user),
  } satisfies Partial<ExpandedMergeRequestSchema>;
}
