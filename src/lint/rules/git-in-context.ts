import type { StageNode } from "../../dockerfile/read-dockerfile.ts";
import { copiesContext } from "../copied-context.ts";
import { startOf } from "../instructions.ts";
import type { Found, Rule } from "../linted.ts";

/** Where a build can read all of a context, that must not be a repository's history, too. */
export const gitInContext: Rule = ({ structure, context }) => {
  const { isReadWhole, hasGit, ignoreFile } = context;
  if (!isReadWhole || !hasGit || ignoreFile === "leaves .git out") return [];
  const needed = structure.reached.flatMap((index) => structure.stages[index] ?? []);
  const at = placeIn(needed);
  return at === undefined ? [] : [violation(at, ignoreFile)];
};

function violation(at: number, ignoreFile: "none" | "keeps .git"): Found {
  const what = ignoreFile === "none" ? "there is no .dockerignore" : "the .dockerignore keeps .git";
  return {
    rule: "git-in-context",
    at,
    message: `the build can read all of a context with .git in it, and ${what}`,
    remedy: "write a .dockerignore with `.git` and all else that the image does not need",
  };
}

function placeIn(needed: readonly StageNode[]): number | undefined {
  const instructions = needed.flatMap(({ stage }) => stage.instructions);
  const [first] = needed.map(({ stage }) => stage.from);
  const place = instructions.find(copiesContext) ?? first;
  return place === undefined ? undefined : startOf(place);
}
