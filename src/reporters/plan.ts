import type { BuilderChoice } from "../model/builder.ts";
import type { Decision, Plan } from "../model/plan.ts";
import { countOf, enumerate } from "./amounts.ts";
import type { Colours } from "./colours.ts";
import { printable } from "./printable.ts";
import { pathsOf, reasonSentence } from "./reason-sentence.ts";
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
  if (decisions.length === 0) return "Nothing to build: no image is selected.";
  const of = (action: Decision["action"]) => decisions.filter((each) => each.action === action).length;
  const [builds, reuses, upToDate] = [of("build"), of("reuse"), of("up-to-date")];
  if (builds + reuses === 0) return `Nothing to build: ${countOf(upToDate, "image")} up to date.`;
  const others = [
    ...(reuses > 0 ? [`${reuses} to reuse`] : []),
    ...(upToDate > 0 ? [`${upToDate} up to date`] : []),
  ];
  return `${[`${countOf(builds, "image")} to build`, ...others].join(", ")}:`;
}

function decisionLines(decision: Decision, colours: Colours): readonly string[] {
  const { image, action, reasons, digest, builder, untracked = [] } = decision;
  const name = colours.bold(printable(image));
  const known = digest === undefined ? "" : `: ${shortDigest(digest)}`;
  const why = reasons.map((reason) => `    ${reasonSentence(reason)}`);
  if (builder?.kind === "buildx") why.push(`    ${builderSentence(builder)}`);
  const lacking = `    goes into it, but is not tracked by git: ${pathsOf(untracked)}`;
  if (untracked.length > 0) why.push(colours.yellow(lacking));
  switch (action) {
    case "build":
      return [`  build ${name}`, ...why];
    case "reuse":
      return [`  reuse ${name}, which the registry has${known}`, ...why];
    case "up-to-date":
      return [colours.dim(`  keep ${name}, up to date${known}`), ...why];
  }
}

/** The engine is what everybody expects, and goes without saying. */
function builderSentence({ name, because }: BuilderChoice & { readonly kind: "buildx" }): string {
  const needs = because.filter((reason) => reason !== "a builder that is named");
  const by = `with buildx${name === undefined ? "" : ` (${printable(name)})`}`;
  return needs.length === 0 ? by : `${by}: needs ${enumerate(needs)}`;
}

function namesOf(images: readonly string[]): string {
  return enumerate(images.map(printable));
}
