import type { Place } from "./place.ts";

/** How much a violation weighs: `error` and `warning` fail a check, a `notice` is only shown, `off` is not looked for. */
export const SEVERITIES = ["error", "warning", "notice", "off"] as const;

/** How much a violation of a rule weighs. */
export type Severity = (typeof SEVERITIES)[number];

/** The rules, in the order of their documentation, and how much each weighs if nothing is said. */
export const RULES = {
  "unpinned-base": "error",
  "unused-stage": "warning",
  "root-user": "warning",
  "missing-healthcheck": "warning",
  "secret-in-environment": "error",
  "git-in-context": "warning",
  "apt-recommends": "warning",
  "apt-lists": "warning",
  "apt-update-alone": "warning",
  "copy-before-install": "warning",
  "repeated-instruction": "warning",
  "duplicate-stage": "error",
  "json-quotes": "error",
  "invalid-instruction": "error",
  "relative-workdir": "warning",
  "empty-continuation": "warning",
  "instruction-case": "warning",
  maintainer: "warning",
  "unknown-rule": "warning",
} as const satisfies Readonly<Record<string, Severity>>;

/** The name of a rule. */
export type RuleName = keyof typeof RULES;

/** What a configuration says of rules. */
export type LintSettings = Readonly<Partial<Record<RuleName, Severity>>>;

/** Whether there is a rule of this name. */
export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}

/** A place where a Dockerfile breaks a rule. */
export interface Violation extends Place {
  readonly rule: RuleName;
  readonly severity: Exclude<Severity, "off">;
  /** The image that it was found for; where several share the Dockerfile, the first of them. */
  readonly image: string;
  readonly message: string;
  /** What to do, in a few words. */
  readonly remedy: string;
}
