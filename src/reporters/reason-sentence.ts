import type { Change, Reason } from "../model/plan.ts";
import { enumerate } from "./amounts.ts";
import { printable } from "./printable.ts";

/** So many paths are named; the others are counted. */
const MOST_PATHS = 5;

/** Why an image is not up to date, for a person. */
export function reasonSentence(reason: Reason): string {
  switch (reason.why) {
    case "never-built":
      return "the lockfile has no digest of it, or not what it was built from";
    case "dockerfile-changed":
      return "its Dockerfile has changed";
    case "context-changed":
      return `changed in its context: ${pathsOf(reason.paths)}`;
    case "args-changed":
      return `arguments: ${reason.args.map(changeText).join(", ")}`;
    case "options-changed":
      return `options: ${reason.options.map(changeText).join(", ")}`;
    case "dependency-changed":
      return `built on ${namesOf(reason.dependencies)}, which ${reason.dependencies.length === 1 ? "has" : "have"} changed or may change`;
    case "missing-from-registry":
      return "the registry does not have its digest any more";
    case "forced":
      return "forced";
  }
}

/** The first few of the paths, and how many more there are. */
export function pathsOf(paths: readonly string[]): string {
  const named = paths.slice(0, MOST_PATHS).map(printable);
  const more = paths.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function changeText({ name, from, to }: Change): string {
  if (from === undefined) return `${printable(name)} is new (${printable(to ?? "")})`;
  return `${printable(name)} was ${printable(from)}, ${to === undefined ? "is gone" : `is ${printable(to)}`}`;
}

function namesOf(images: readonly string[]): string {
  return enumerate(images.map(printable));
}
