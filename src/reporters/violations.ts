/** What the linter found: for people, for other tools, and as annotations of a GitHub workflow. */
import type { Violation } from "../model/violation.ts";
import { countOf, enumerate } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";
import { workflowCommand } from "./workflow-command.ts";

const WEIGHTS = ["error", "warning", "notice"] as const;

/** A line for each violation, files apart, and at the end how many there are. */
export function formatViolations(violations: readonly Violation[], colours: Colours): string {
  const groups = new Map<string, string[]>();
  for (const violation of violations) {
    const lines = groups.get(violation.file) ?? [];
    lines.push(violationLine(violation, colours));
    groups.set(violation.file, lines);
  }
  return [...groups.values(), [summaryLine(violations, colours)]]
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

/** As JSON, with a final newline. */
export function formatViolationsJson(violations: readonly Violation[]): string {
  return `${JSON.stringify({ violations }, undefined, 2)}\n`;
}

/** Annotations of a GitHub workflow, and the summary. */
export function formatViolationsForGitHub(violations: readonly Violation[], colours: Colours): string {
  const lines = violations.map(({ severity, file, line, column, rule, message, remedy }) => {
    const properties = { file, line, col: column, title: `manage-images lint: ${rule}` };
    return workflowCommand(severity, properties, `${message} → ${remedy}`);
  });
  return [...lines, summaryLine(violations, colours)].map((line) => `${line}\n`).join("");
}

function violationLine(violation: Violation, colours: Colours): string {
  const { severity, file, line, column, rule, message, remedy } = violation;
  const place = colours.bold(`${printable(file)}:${line}:${column}`);
  const weight = paint(severity, colours)(severity);
  return `${place}  ${weight}  ${printable(message)}  → ${colours.cyan(printable(remedy))}  ${colours.dim(rule)}`;
}

function summaryLine(violations: readonly Violation[], colours: Colours): string {
  if (violations.length === 0) return colours.green("Nothing breaks a rule.");
  const files = new Set(violations.map(({ file }) => file));
  const counts = WEIGHTS.flatMap((weight) => {
    const count = violations.filter(({ severity }) => severity === weight).length;
    return count === 0 ? [] : [{ weight, text: countOf(count, weight) }];
  });
  const [worst] = counts;
  const text = `${enumerate(counts.map((each) => each.text))} in ${countOf(files.size, "file")}.`;
  return paint(worst?.weight ?? "notice", colours)(text);
}

function paint(severity: Violation["severity"], colours: Colours) {
  switch (severity) {
    case "error":
      return colours.red;
    case "warning":
      return colours.yellow;
    case "notice":
      return colours.cyan;
  }
}
