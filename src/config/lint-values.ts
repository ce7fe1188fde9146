import { formatGuess, kindOf, type Finding } from "./finding.ts";
import { nearest } from "../model/nearest.ts";
import { isRuleName, RULES, SEVERITIES } from "../model/violation.ts";

/** What is wrong with what is said of a rule of `manage-images lint`. */
export function findRuleProblem(rule: string, severity: unknown): Finding | undefined {
  if (!isRuleName(rule)) return unknownRule(rule);
  if (severity === undefined || SEVERITIES.some((known) => known === severity)) return undefined;
  const shown = typeof severity === "string" ? JSON.stringify(severity) : kindOf(severity);
  const [last = "", ...others] = SEVERITIES.map((known) => JSON.stringify(known)).toReversed();
  const remedy = `Write ${others.toReversed().join(", ")} or ${last}.`;
  return { what: `must say how much the rule weighs, not ${shown}`, remedy };
}

function unknownRule(rule: string): Finding {
  const rules = Object.keys(RULES);
  const guess = formatGuess(nearest(rule, rules).map((name) => `\`${name}\``));
  return { what: `there is no rule \`${rule}\`${guess}`, remedy: `The rules are: ${rules.join(", ")}.` };
}
