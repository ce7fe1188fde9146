import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { branch, texts } from "./coerce.ts";

/** The flags of `pr`, which a run takes with `--pr`. */
export const requestOptions = {
  branch: {
    type: "string",
    requiresArg: true,
    coerce: branch("--branch"),
    describe: "The branch that is proposed [default: manage-images/update]",
  },
  "base-branch": {
    type: "string",
    requiresArg: true,
    describe: "What it is to be merged into [default: the branch that is checked out, if the remote has it]",
  },
  "group-by": {
    choices: ["all", "component"],
    describe:
      "`component`: a branch and request for each group of images that have nothing to do with each other",
  },
  "on-foreign-commits": {
    choices: ["stop", "append"],
    describe:
      "Where others have put commits on the branch: leave it alone (default), or commit on top of them",
  },
  "on-current-branch": {
    type: "boolean",
    describe: "Commit to the branch that is checked out and push that; make no request",
  },
  "commit-with": {
    choices: ["git", "api"],
    describe:
      "Who makes the commits that are pushed: git (default), or GitHub by its API, which signs them as the token's owner's",
  },
  draft: { type: "boolean", describe: "Open the request as a draft" },
  label: {
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "A label of the request; may be repeated",
  },
  reviewer: {
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Who is asked to review it: a user, or organization/team; may be repeated",
  },
  assignee: {
    type: "string",
    requiresArg: true,
    coerce: texts,
    describe: "Who it is assigned to; may be repeated",
  },
  "auto-merge": { type: "boolean", describe: "Have the forge merge it when all that it asks for is there" },
  remote: { type: "string", requiresArg: true, describe: "The remote that is pushed to [default: origin]" },
  forge: {
    choices: ["github", "gitlab"],
    describe: "Whose requests they are, where the remote's URL does not say it",
  },
} as const satisfies Record<string, Options>;

/** What makes `pr` of a run. */
export const prSwitch = {
  pr: {
    type: "boolean",
    default: false,
    describe: "Commit to a branch of its own, push it, and open a pull request or bring it up to date",
  },
} as const;

/** The flags of a run with a request. */
export interface RequestFlags {
  readonly branch?: string | undefined;
  readonly baseBranch?: string | undefined;
  readonly groupBy?: "all" | "component" | undefined;
  readonly onForeignCommits?: "stop" | "append" | undefined;
  readonly onCurrentBranch?: boolean | undefined;
  readonly commitWith?: "git" | "api" | undefined;
  readonly draft?: boolean | undefined;
  readonly label?: readonly string[] | undefined;
  readonly reviewer?: readonly string[] | undefined;
  readonly assignee?: readonly string[] | undefined;
  readonly autoMerge?: boolean | undefined;
  readonly remote?: string | undefined;
  readonly forge?: "github" | "gitlab" | undefined;
}

/** A `UsageError` for a flag of requests on a run that makes none. */
export function refuseRequestFlags(given: RequestFlags): void {
  const names = Object.keys(requestOptions);
  const [name] = names.filter((each) => given[camelCase(each) as keyof RequestFlags] !== undefined);
  if (name === undefined) return;
  throw new UsageError(`--${name} is about a request, and this run makes none`, {
    remedy: "Add --pr, or use `manage-images pr`.",
  });
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
