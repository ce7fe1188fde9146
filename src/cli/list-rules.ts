import { RULES } from "../model/violation.ts";

/** The rules of `manage-images lint`, a line for each. */
export function listRules(): string {
  const width = Math.max(...Object.keys(RULES).map((rule) => rule.length));
  const lines = Object.entries(RULES).map(([rule, severity]) => `  ${rule.padEnd(width)}  ${severity}`);
  return ["Rules, and how much each weighs (docs/lint.md):", ...lines].join("\n");
}
