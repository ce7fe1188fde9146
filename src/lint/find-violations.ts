/**
 * What is wrong with how a Dockerfile is written. Each rule, or group of rules that look at the same things, is a function
 * of the file and of what this program knows beside it; docs/lint.md says what each is for.
 */
import { readIgnoreComments, isIgnored } from "./ignore-comments.ts";
import type { Found, Linted, Position, Rule } from "./linted.ts";
import { apt } from "./rules/apt.ts";
import { copyBeforeInstall } from "./rules/copy-before-install.ts";
import { finalUser } from "./rules/final-user.ts";
import { general } from "./rules/general.ts";
import { gitInContext } from "./rules/git-in-context.ts";
import { missingHealthcheck } from "./rules/missing-healthcheck.ts";
import { secrets } from "./rules/secrets.ts";
import { unpinnedBase } from "./rules/unpinned-base.ts";
import { unusedStage } from "./rules/unused-stage.ts";

const ALL: readonly Rule[] = [
  unpinnedBase,
  unusedStage,
  finalUser,
  missingHealthcheck,
  secrets,
  gitInContext,
  apt,
  copyBeforeInstall,
  general,
];

/** What a rule found, with its place. */
export interface Placed extends Position, Omit<Found, "at"> {}

/** What all rules find, but for what comments leave alone. `positionOf` says where a byte of the file stands. */
export function findViolations(linted: Linted, positionOf: (offset: number) => Position): readonly Placed[] {
  const { ignored, misspelt } = readIgnoreComments(linted.bytes, linted.structure);
  return [...ALL.flatMap((rule) => rule(linted)), ...misspelt]
    .map(({ at, ...found }) => ({ ...found, ...(typeof at === "number" ? positionOf(at) : at) }))
    .filter(({ rule, line }) => !isIgnored(ignored, rule, line));
}
