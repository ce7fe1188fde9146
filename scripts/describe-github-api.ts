/**
 * Takes from GitHub's own description of its REST API (the package @octokit/openapi, which is too large to be installed by
 * everybody) the operations that this program uses, for the tests' server to be checked against:
 *
 *   npm install --no-save @octokit/openapi && node --import jiti/register scripts/describe-github-api.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const OPERATIONS = [
  "GET /repos/{owner}/{repo}",
  "GET /repos/{owner}/{repo}/pulls",
  "POST /repos/{owner}/{repo}/pulls",
  "GET /repos/{owner}/{repo}/pulls/{pull_number}",
  "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees",
  "POST /repos/{owner}/{repo}/git/blobs",
  "POST /repos/{owner}/{repo}/git/trees",
  "POST /repos/{owner}/{repo}/git/commits",
];
const OUTPUT = new URL("../test/support/forges/github-api.json", import.meta.url);

type Json = Readonly<Record<string, unknown>>;

const require = createRequire(import.meta.url);
const { version } = require("@octokit/openapi/package.json") as { version: string };
const whole = JSON.parse(
  readFileSync(require.resolve("@octokit/openapi/generated/api.github.com.json"), "utf8"),
) as { paths: Record<string, Record<string, Json>> };

const components: Record<string, unknown> = {};

/** Without prose, and with all that is referred to kept aside. */
function trimmed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== "object" || value === null) return value;
  const { $ref } = value as { $ref?: unknown };
  if (typeof $ref === "string") keep($ref);
  const entries = Object.entries(value).filter(
    ([key, each]) =>
      !(key === "description" && typeof each === "string") && !/^(?:x-|externalDocs)/.test(key),
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, trimmed(each)]));
}

function keep(reference: string): void {
  if (reference in components) return;
  components[reference] = {};
  const found = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => (at as Json)[key], whole);
  // Prose is left out, but not of examples, which are whole answers.
  components[reference] = reference.startsWith("#/components/examples/") ? found : trimmed(found);
}

const operations = OPERATIONS.map((operation) => {
  const [method = "", path = ""] = operation.split(" ");
  const { operationId, parameters, requestBody, responses } = whole.paths[path]?.[method.toLowerCase()] ?? {};
  return [operation, trimmed({ operationId, parameters, requestBody, responses })] as const;
});
const lines = (entries: readonly (readonly [string, unknown])[]) =>
  entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",\n");
writeFileSync(
  OUTPUT,
  `{"source":"@octokit/openapi ${version}, api.github.com.json (MIT)",\n"operations":{\n${lines(operations)}},\n` +
    `"components":{\n${lines(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)))}}}\n`,
);
