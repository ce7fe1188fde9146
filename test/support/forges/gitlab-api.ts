/**
 * What GitLab describes of its REST API (https://docs.gitlab.com/api/openapi/), for the operations that this program uses and
 * as far as they are of interest: written down by hand, because GitLab publishes the description in no package.
 */
import { Ajv, type SchemaObject, type ValidateFunction } from "ajv";
import type { Answered, Asked } from "./http-forge.ts";

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  /** All parameters, and those without which it is refused. */
  readonly parameters: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly answer: SchemaObject;
  /** How it may answer beside what every operation may. */
  readonly statuses: readonly number[];
}

const TEXT = { type: "string" };
const FLAG = { type: "boolean" };
const NUMBER = { type: "integer" };
const IDS = { type: "array", items: NUMBER };
/** A list, or the same with commas. */
const NAMES = { anyOf: [TEXT, { type: "array", items: TEXT }] };
const PAGES = { page: NUMBER, per_page: { type: "integer", minimum: 1, maximum: 100 } };
const DESCRIPTION = { type: "string", maxLength: 1_048_576 };

function whole(properties: Readonly<Record<string, SchemaObject>>): SchemaObject {
  return { type: "object", required: Object.keys(properties), properties };
}

const USER = whole({ id: NUMBER, username: TEXT, name: TEXT, state: TEXT, web_url: TEXT });
const MERGE_REQUEST = whole({
  ...{ iid: NUMBER, web_url: TEXT, title: TEXT, description: { type: ["string", "null"] }, draft: FLAG },
  state: { enum: ["opened", "closed", "locked", "merged"] },
  ...{ source_branch: TEXT, target_branch: TEXT, source_project_id: NUMBER, target_project_id: NUMBER },
  labels: { type: "array", items: TEXT },
  ...{ assignees: { type: "array", items: USER }, reviewers: { type: "array", items: USER } },
  detailed_merge_status: TEXT,
});
const ACCESS = { anyOf: [{ type: "null" }, whole({ access_level: NUMBER, notification_level: NUMBER })] };
const PROJECT = whole({
  ...{
    id: NUMBER,
    default_branch: TEXT,
    permissions: whole({ project_access: ACCESS, group_access: ACCESS }),
  },
});

/** What both opening and changing take. */
const WRITABLE = {
  ...{ title: TEXT, description: DESCRIPTION, target_branch: TEXT, milestone_id: NUMBER, squash: FLAG },
  ...{ labels: NAMES, add_labels: NAMES, remove_labels: NAMES, assignee_ids: IDS, reviewer_ids: IDS },
  ...{ remove_source_branch: FLAG, allow_collaboration: FLAG },
};
const PROJECT_PATH = "^/api/v4/projects/42";

const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: "GET", path: new RegExp(`${PROJECT_PATH}$`), answer: PROJECT, statuses: [200] },
    parameters: { statistics: FLAG, license: FLAG, with_custom_attributes: FLAG },
  },
  {
    ...{ method: "GET", path: /^\/api\/v4\/users$/, answer: { type: "array", items: USER }, statuses: [200] },
    parameters: { username: TEXT, search: TEXT, active: FLAG, ...PAGES },
  },
  {
    ...{ method: "GET", path: /^\/api\/v4\/personal_access_tokens\/self$/, statuses: [200], parameters: {} },
    answer: whole({
      ...{ id: NUMBER, scopes: { type: "array", items: TEXT }, expires_at: { type: ["string", "null"] } },
    }),
  },
  {
    ...{ method: "GET", path: new RegExp(`${PROJECT_PATH}/merge_requests$`), statuses: [200] },
    parameters: {
      state: { enum: ["opened", "closed", "locked", "merged", "all"] },
      scope: { enum: ["created_by_me", "assigned_to_me", "reviews_for_me", "all"] },
      order_by: {
        enum: [
          "created_at",
          "label_priority",
          "milestone_due",
          "popularity",
          "priority",
          "title",
          "updated_at",
        ],
      },
      sort: { enum: ["asc", "desc"] },
      ...{ source_branch: TEXT, target_branch: TEXT, ...PAGES },
    },
    answer: { type: "array", items: MERGE_REQUEST },
  },
  {
    ...{ method: "POST", path: new RegExp(`${PROJECT_PATH}/merge_requests$`), answer: MERGE_REQUEST },
    parameters: { ...WRITABLE, source_branch: TEXT, target_project_id: NUMBER },
    ...{ required: ["source_branch", "target_branch", "title"], statuses: [201, 409, 422] },
  },
  {
    ...{ method: "GET", path: new RegExp(`${PROJECT_PATH}/merge_requests/\\d+$`), statuses: [200] },
    ...{ parameters: { render_html: FLAG, include_rebase_in_progress: FLAG }, answer: MERGE_REQUEST },
  },
  {
    ...{ method: "PUT", path: new RegExp(`${PROJECT_PATH}/merge_requests/\\d+$`), statuses: [200, 409, 422] },
    parameters: { ...WRITABLE, state_event: { enum: ["close", "reopen"] }, discussion_locked: FLAG },
    answer: MERGE_REQUEST,
  },
  {
    ...{
      method: "PUT",
      path: new RegExp(`${PROJECT_PATH}/merge_requests/\\d+/merge$`),
      answer: MERGE_REQUEST,
    },
    parameters: {
      ...{ auto_merge: FLAG, merge_when_pipeline_succeeds: FLAG, sha: TEXT, squash: FLAG },
      ...{ merge_commit_message: TEXT, squash_commit_message: TEXT, should_remove_source_branch: FLAG },
    },
    statuses: [200, 405, 409, 422],
  },
];
/** What any operation may answer. */
const ANY = [400, 401, 403, 404, 429];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
/** In a query all is text. */
const ajvOfQueries = new Ajv({ allErrors: true, coerceTypes: true });

interface Checks {
  readonly query: ValidateFunction;
  readonly body: ValidateFunction;
  readonly answer: ValidateFunction;
}
const checks = new Map<Operation, Checks>(
  OPERATIONS.map((operation) => {
    const { parameters: properties, required = [], answer, method } = operation;
    const schema = { type: "object", properties, additionalProperties: false };
    const query = ajvOfQueries.compile({ ...schema, required: method === "GET" ? [...required] : [] });
    return [
      operation,
      { query, body: ajv.compile({ ...schema, required: [...required] }), answer: ajv.compile(answer) },
    ];
  }),
);

/** What of a request and its answer is not as GitLab describes it. */
export function undescribed(
  { method, path, query, body }: Asked,
  { status, body: said }: Answered,
): readonly string[] {
  const operation = OPERATIONS.find((each) => each.method === method && each.path.test(path));
  const check = operation && checks.get(operation);
  if (operation === undefined || check === undefined) return [`there is no ${method} ${path}`];
  const problems = (what: string, validate: ValidateFunction, value: unknown) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map((error) => {
          const name = (error.params as { readonly additionalProperty?: string }).additionalProperty ?? "";
          return `${method} ${path}: ${what}${error.instancePath} ${error.message ?? ""} ${name}`.trimEnd();
        });
  const isKnown = [...operation.statuses, ...ANY].includes(status);
  return [
    ...problems("query", check.query, Object.fromEntries(query)),
    ...(method === "GET" ? [] : problems("body", check.body, body ?? {})),
    ...(isKnown ? [] : [`${method} ${path}: no answer is ${status}`]),
    ...(status < 300 ? problems("answer", check.answer, said) : []),
  ];
}
