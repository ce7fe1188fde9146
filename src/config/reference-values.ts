import { findCostProblem } from "./find-cost-problem.ts";
import { kindOf, type Finding } from "./finding.ts";
import { groupsNamed, parseExpression, type Expression } from "./parse-expression.ts";

const GROUPS = ["image", "digest"] as const;
/** They change what is matched; the others say how the expression is used, which is not for the configuration to say. */
const KEPT_FLAGS = /[is]/g;

/** What is wrong with a glob. */
export function findGlobProblem(glob: string): Finding | undefined {
  if (glob === "" || glob === "!") return { what: "is empty", remedy: "Name files, such as deploy/**." };
  if (!/^!?\.{0,2}\//.test(glob)) return undefined;
  const what = `${JSON.stringify(glob)} matches nothing`;
  return { what, remedy: "Write it from the root of the repository, without / or . in front." };
}

/** What is wrong with a pattern that finds references: it must find the same in every file, and soon. */
export function findPatternProblem(match: unknown): Finding | undefined {
  if (typeof match !== "string" && !isExpression(match)) {
    const remedy = "Write it like /IMAGE=(?<image>[^@\\s]+)@(?<digest>sha256:[0-9a-f]{64})/.";
    return { what: `must be a regular expression, not ${kindOf(match)}`, remedy };
  }
  const flag = typeof match === "string" ? undefined : /[uvy]/.exec(match.flags)?.[0];
  if (flag !== undefined) return { what: `has the flag ${flag}`, remedy: `Write it without ${flag}.` };
  const expression = parseExpression(sourceOf(match));
  if (typeof expression === "string") return { what: expression, remedy: "Correct it." };
  return firstOf(GROUPS.map((name) => findGroupProblem(expression, name))) ?? findCostProblem(expression);
}

/** The expression as it is used: on several lines, all matches, with their places. */
export function toExpression(match: string | RegExp): RegExp {
  const flags = typeof match === "string" ? [] : (match.flags.match(KEPT_FLAGS) ?? []);
  return new RegExp(sourceOf(match), `dgm${flags.join("")}`);
}

/** Also one that another context of the engine has made. */
function isExpression(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === "[object RegExp]";
}

function sourceOf(match: string | RegExp): string {
  return typeof match === "string" ? match : match.source;
}

function findGroupProblem(expression: Expression, name: string): Finding | undefined {
  const [group, ...more] = groupsNamed(expression, name);
  const remedy = `Write (?<${name}>…) once, where every match has it.`;
  if (group === undefined) return { what: `has no group \`${name}\``, remedy };
  if (more.length > 0) return { what: `has the group \`${name}\` more than once`, remedy };
  if (group.isAlways) return undefined;
  return { what: `can match without the group \`${name}\`, or with it more than once`, remedy };
}

function firstOf(findings: readonly (Finding | undefined)[]): Finding | undefined {
  return findings.find((finding) => finding !== undefined);
}
