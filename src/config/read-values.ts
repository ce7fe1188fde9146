import type * as z from "zod";
import { kindOf } from "./finding.ts";
import { formatKeyPath } from "./key-path.ts";
import { findKeyProblem, type Level } from "./keys.ts";
import type { Values } from "./values.ts";
import type { Problem } from "../errors.ts";

/** An object of the configuration as far as it can be read. */
export interface Written<Schemas extends Readonly<Record<string, z.ZodType>>> {
  readonly values: Values<Schemas>;
  /** Keys that are written and have a problem. */
  readonly broken: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Reads each key for itself, so that one problem hides no other. Keys that are `undefined` count as left out. */
export function readValues<Schemas extends Readonly<Record<string, z.ZodType>>>(
  level: Level,
  schemas: Schemas,
  object: Readonly<Record<string, unknown>>,
  at: readonly string[],
): Written<Schemas> {
  const read = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, ...readValue(level, schemas, key, value, at) }));
  const good = read.filter(({ problems }) => problems.length === 0);
  return {
    values: Object.fromEntries(good.map(({ key, value }) => [key, value])) as Values<Schemas>,
    broken: new Set(read.filter(({ problems }) => problems.length > 0).map(({ key }) => key)),
    problems: read.flatMap(({ problems }) => problems),
  };
}

interface Read {
  readonly value?: unknown;
  readonly problems: readonly Problem[];
}

function readValue(
  level: Level,
  schemas: Readonly<Record<string, z.ZodType>>,
  key: string,
  value: unknown,
  at: readonly string[],
): Read {
  const path = [...at, key];
  const finding = findKeyProblem(level, key) ?? findForbiddenKey(value);
  if (finding !== undefined) return { problems: [{ where: formatKeyPath(path), ...finding }] };
  const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
  const result = schema?.safeParse(value, { reportInput: true });
  if (result?.success === false)
    return { problems: result.error.issues.map((issue) => describeIssue(issue, path)) };
  return { value: result?.data, problems: [] };
}

/** The schemas pass over this key in silence. */
function findForbiddenKey(value: unknown) {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "__proto__")) return undefined;
  return { what: "`__proto__` cannot be a key", remedy: "Choose another name." };
}

function describeIssue(issue: z.core.$ZodIssue, at: readonly string[]): Problem {
  const where = formatKeyPath([...at, ...issue.path]);
  if (issue.code === "custom") {
    const remedy: unknown = issue.params?.["remedy"];
    return { where, what: issue.message, ...(typeof remedy === "string" ? { remedy } : {}) };
  }
  if (issue.code === "unrecognized_keys")
    return {
      where,
      what: `unknown key ${issue.keys.map((key) => `\`${key}\``).join(", ")}`,
      remedy: "Take it out.",
    };
  if (issue.code !== "invalid_type") return { where, what: issue.message };
  return { where, ...describeType(issue.expected, issue.input) };
}

const EXPECTED = new Map([
  ["boolean", { name: "true or false", remedy: "Write it without quotes: true." }],
  ["string", { name: "text", remedy: 'Write it in quotes: "text".' }],
  ["array", { name: "a list", remedy: 'Write it in brackets: ["text"].' }],
  ["boolean", { name: "true or false", remedy: "Write true or false, without quotes." }],
  ["number", { name: "a number", remedy: "Write it in digits, without quotes." }],
  ["object", { name: "an object", remedy: "Write it in braces: { key: … }." }],
  ["boolean", { name: "true or false", remedy: "Write it without quotes: true." }],
  ["record", { name: "an object", remedy: 'Write it in braces: { KEY: "text" }.' }],
]);

function describeType(expected: string, input: unknown) {
  const { name = expected, remedy = "" } = EXPECTED.get(expected) ?? {};
  const what = `must be ${name}, not ${kindOf(input)}`;
  if (input === undefined) return { what, remedy: "Give it a value, or leave it out." };
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean"))
    return { what, remedy: `Write it in quotes: "${String(input)}".` };
  if (expected === "array" && typeof input === "string")
    return { what, remedy: `Write it in brackets: [${JSON.stringify(input)}].` };
  return { what, remedy };
}
