import { UserError } from "../../errors.ts";

/** What was being asked, for error messages. */
export interface Attempt {
  readonly registry: string;
  /** The reference that was asked for. */
  readonly reference: string;
  /** Whether something was to be written. */
  readonly isWrite?: boolean;
}

/** What an HTTP status that is neither success nor "not found" means for a person. */
export function explainRefusal(attempt: Attempt, status: number, retryAfter: string | null): UserError {
  return new UserError(
    `${attempt.registry} answered ${status} (${meaning(status)}) for ${attempt.reference}.`,
    {
      remedy: remedy(attempt, status, retryAfter),
    },
  );
}

/** What a connection that failed means for a person. `cause` is what `fetch` threw. */
export function explainNoAnswer(attempt: Attempt, cause: unknown): UserError {
  return new UserError(`${attempt.registry} did not answer for ${attempt.reference}: ${reasonOf(cause)}.`, {
    remedy: "Check the registry's name, the network, and any proxy or certificate that it needs.",
    cause,
  });
}

function meaning(status: number): string {
  if (status === 401) return "not logged in, or wrong credentials";
  if (status === 403) return "not allowed";
  if (status === 429) return "too many requests";
  return status >= 500 ? "its own failure" : "unexpected";
}

function remedy({ registry, isWrite }: Attempt, status: number, retryAfter: string | null): string {
  if (status === 401) return `Log in: docker login ${registry}`;
  if (status === 403)
    return `Ask for the right to ${isWrite === true ? "write to" : "read"} this repository, or log in as someone who has it: docker login ${registry}`;
  const wait = retryAfter === null ? "later" : `after ${retryAfter} (seconds, or a date), as it asks`;
  if (status === 429) return `Try again ${wait}. Logging in often raises the limit: docker login ${registry}`;
  if (status >= 500) return `Try again ${wait}. Nothing was taken for absent.`;
  return "Check that this is a registry of container images.";
}

/** `fetch` says only "fetch failed"; the code of its innermost cause says why. */
function reasonOf(error: unknown): string {
  const { name, cause, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") return "it took too long";
  return cause === undefined ? (code ?? message) : reasonOf(cause);
}
