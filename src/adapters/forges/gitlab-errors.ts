import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../../errors.ts";

/** Longer than this nobody waits for a rate limit to end. */
const MOST_PATIENCE_SECONDS = 300;
const MOST_TRIES = 4;

/** Does something with GitLab; what it refuses is a `UserError` that says what the token lacks. */
export async function explainGitLab<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    const status = responseOf(error)?.status;
    const isRefused =
      status !== undefined || error.name.startsWith("Gitbeaker") || error.message === "fetch failed";
    if (!isRefused) throw error;
    const said = `${error.message}${status === undefined ? "" : ` (${status})`}`;
    throw new UserError(`GitLab: could not ${what}: ${said}`, {
      remedy: remedyFor(status),
      isTransient: status === undefined || status >= 500,
      cause: error,
    });
  }
}

/** Tries again after trouble of the server's and when a limit of its is over: the client itself does so for 502 only. */
export async function patiently<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await act();
    } catch (error) {
      const seconds = waitOf(error, tried);
      if (seconds === undefined || tried === MOST_TRIES || seconds > MOST_PATIENCE_SECONDS) throw error;
      await pause(seconds * 1000);
    }
  }
}

/** Whether GitLab answered with a status. */
export function isStatus(error: unknown, status: number): boolean {
  return responseOf(error)?.status === status;
}

function waitOf(error: unknown, tried: number): number | undefined {
  const response = responseOf(error);
  const isLimit =
    response?.status === 429 || (error instanceof Error && error.name === "GitbeakerRetryError");
  if (!isLimit && (response === undefined || response.status < 500)) return undefined;
  const said = Number(response?.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(said) ? said : tried ** 2;
}

function responseOf(error: unknown): Response | undefined {
  if (!(error instanceof Error)) return undefined;
  const { response } = (error.cause ?? {}) as { readonly response?: unknown };
  return response instanceof Response ? response : undefined;
}

function remedyFor(status: number | undefined): string {
  switch (status) {
    case 401:
      return "GITLAB_TOKEN is not valid, or not valid any more.";
    case 403:
    case 404:
      return "GITLAB_TOKEN needs the scope `api` and the role Developer in this project. The token of a job (CI_JOB_TOKEN) may not open requests.";
    case 405:
    case 406:
      return "The request cannot be merged by itself yet: leave --auto-merge out, or protect the branch with a pipeline.";
    case undefined:
      return "See that CI_API_V4_URL is right and that GitLab can be reached from here.";
    default:
      return "GitLab has trouble, or does not take it. Run again: what was pushed is kept.";
  }
}
