import { lint } from "../../operations/lint.ts";
import type { Violation } from "../../model/violation.ts";
import type { Colours } from "../../reporters/colours.ts";
import {
  formatViolations,
  formatViolationsForGitHub,
  formatViolationsJson,
} from "../../reporters/violations.ts";
import { findImages } from "../find-images.ts";
import { openProject } from "../open-project.ts";
import { coloursOf } from "../reporting.ts";
import type { Terminal } from "../terminal.ts";
import type { CheckFlags } from "./check.ts";

/** The flags of `manage-images lint`. */
export type LintFlags = Omit<CheckFlags, "remote">;

/** `manage-images lint`: whether Dockerfiles keep to the rules. Changes nothing; the exit code is 1 where one does not. */
export async function lintCommand(terminal: Terminal, flags: LintFlags): Promise<number> {
  const { checkout, configured } = await openProject(terminal, flags);
  const { image } = flags;
  const asked = image?.includes("all") === false ? findImages(configured.images, image) : undefined;
  const violations = await lint(checkout, configured, asked?.map(({ name }) => name) ?? "all");
  terminal.stdout.write(format(violations, flags.format, coloursOf(terminal)));
  return violations.every(({ severity }) => severity === "notice") ? 0 : 1;
}

function format(violations: readonly Violation[], how: CheckFlags["format"], colours: Colours): string {
  switch (how) {
    case "text":
      return formatViolations(violations, colours);
    case "json":
      return formatViolationsJson(violations);
    case "github":
      return formatViolationsForGitHub(violations, colours);
  }
}
