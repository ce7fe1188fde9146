import type { Decision, Plan, Reason } from "../model/plan.ts";
import { countOf, enumerate } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";
import { shortDigest } from "./short-digest.ts";

/** A plan for people: each image with what would be done and why, in the order of the plan. */
export function formatPlan({ decisions, leftStale }: Plan, colours: Colours): string {
  const lines = [headline(decisions), ...decisions.flatMap((decision) => decisionLines(decision, colours))];
  const stale = `Left stale, because they depend on what is built and are not selected: ${namesOf(leftStale)}.`;
  return [...lines, ...(leftStale.length === 0 ? [] : [colours.yellow(stale)])]
    .map((line) => `${line}\n`)
    .join("");
}

function headline(decisions: readonly Decision[]): string {
  const builds = decisions.filter(({ action }) => action === "build").length;
  if (builds === 0) return `Nothing to build: ${countOf(decisions.length, "image")} up to date.`;
  const upToDate = decisions.length - builds;
  return `${countOf(builds, "image")} to build${upToDate === 0 ? "" : `, ${upToDate} up to date`}:`;
}

function decisionLines({ image, action, reasons, digest }: Decision, colours: Colours): readonly string[] {
  const name = colours.bold(printable(image));
  switch (action) {
    case "build":
      return [`  build ${name}`, ...reasons.map((reason) => `    ${reasonSentence(reason)}`)];
    case "up-to-date":
      return [
        colours.dim(`  keep ${name}, up to date${digest === undefined ? "" : `: ${shortDigest(digest)}`}`),
      ];
  }
}

function reasonSentence(reason: Reason): string {
  switch (reason.why) {
    case "never-built":
      return "the lockfile has no digest of it";
    case "selected":
      return "it was asked for";
    case "dependency-changed":
      return reason.dependencies.length === 1
        ? `its dependency ${namesOf(reason.dependencies)} is built in the same run`
        : `its dependencies ${namesOf(reason.dependencies)} are built in the same run`;
  }
}

function namesOf(images: readonly string[]): string {
  return enumerate(images.map(printable));
}
