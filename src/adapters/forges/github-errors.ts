import { UserError } from "../../errors.ts";

/** Does something with GitHub; what it refuses is a `UserError` that says what the token lacks. */
export async function explainGitHub<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const status = statusOf(error);
    const said = error instanceof Error ? error.message : String(error);
    if (isUnreached(error))
      throw new UserError(`GitHub: could not ${what}: ${said}`, {
        remedy: "See that GITHUB_API_URL is right, if it is set, and that GitHub can be reached from here.",
        isTransient: true,
        cause: error,
      });
    if (status === undefined && !isGraphql(error)) throw error;
    throw new UserError(`GitHub: could not ${what}: ${said}${status === undefined ? "" : ` (${status})`}`, {
      remedy: remedyFor(status, said),
      isTransient: status !== undefined && status >= 500,
      cause: error,
    });
  }
}

/** Whether GitHub answered with a status. */
export function isStatus(error: unknown, status: number): boolean {
  return statusOf(error) === status;
}

/** For digests that stand in workflows. */
export const MAY_CHANGE_WORKFLOWS =
  'Use a token with the `workflows` permission, or leave workflows out with references: { exclude: [".github/workflows/**"] }.';

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("status" in error)) return undefined;
  return typeof error.status === "number" ? error.status : undefined;
}

/** The client calls it a 500 where there was no answer. */
function isUnreached(error: unknown): boolean {
  return statusOf(error) === 500 && (error as { readonly response?: unknown }).response === undefined;
}

function isGraphql(error: unknown): boolean {
  return error instanceof Error && error.name === "GraphqlResponseError";
}

function remedyFor(status: number | undefined, said: string): string {
  if (said.includes("not permitted to create or approve pull requests"))
    return "Allow it in the repository's settings (Actions, General, Workflow permissions), or use an app's token.";
  if (/workflows?.? (?:permission|scope)/.test(said)) return MAY_CHANGE_WORKFLOWS;
  if (/auto.?merge|in (?:clean|unstable) status/i.test(said))
    return "Allow auto-merge in the repository's settings, and protect the branch with a check, or leave --auto-merge out.";
  if (status === 401) return "GITHUB_TOKEN is not valid, or not valid any more.";
  if (/rate limit/i.test(said))
    return "Wait until GitHub's limit is over, and run again: what was pushed is kept.";
  if (status === 403 || status === 404)
    return "The token needs contents and pull requests for writing. In a workflow: permissions: { contents: write, pull-requests: write }";
  if (status !== undefined && status >= 500)
    return "GitHub has trouble. Run again later: what was pushed is kept.";
  return "Look at what GitHub says, and run again: what was pushed is kept.";
}
