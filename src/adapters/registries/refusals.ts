import { UserError } from "../../errors.ts";

/** What was being asked, for error messages. */
export interface Attempt {
  readonly registry: string;
  /** The reference that was asked for. */
  readonly reference: string;
}

/** What an HTTP status that is neither success nor "not found" means for a person. */
export function explainRefusal(
  attempt: Attempt,
  status: number,
  retryAfter: string | null,
  method = "GET",
): UserError {
  return new UserError(
    `${attempt.registry} answered ${status} (${meaning(status)}) for ${attempt.reference}.`,
    {
      remedy: remedy(attempt.registry, status, retryAfter, method),
      isTransient: status === 429 || status >= 500,
    },
  );
}

/** What a connection that failed means for a person. `cause` is what was thrown. */
export function explainNoAnswer(attempt: Attempt, cause: unknown): UserError {
  const { proxy } = cause as { readonly proxy?: string };
  const way = proxy === undefined ? "" : ` by way of the proxy ${proxy}`;
  return new UserError(
    `${attempt.registry} did not answer for ${attempt.reference}${way}: ${reasonOf(cause)}.`,
    {
      remedy:
        proxy === undefined
          ? "Check the registry's name, the network, and any proxy or certificate that it needs."
          : "Check HTTPS_PROXY and HTTP_PROXY; NO_PROXY has the names of what is reached without it.",
      isTransient: true,
      cause,
    },
  );
}

function meaning(status: number): string {
  if (status === 401) return "not logged in, or wrong credentials";
  if (status === 403) return "not allowed";
  if (status === 404) return "not found";
  if (status === 405) return "not supported";
  if (status === 429) return "too many requests";
  return status >= 500 ? "its own failure" : "unexpected";
}

/** What one must have the right to do. */
const RIGHTS: Readonly<Record<string, string>> = { DELETE: "delete from", PUT: "push to", POST: "push to" };

function remedy(registry: string, status: number, retryAfter: string | null, method: string): string {
  if (status === 401) return `Log in: ${login(registry)}`;
  if (status === 403)
    return `Ask for the right to ${RIGHTS[method] ?? "read"} this repository, or log in as someone who has it: ${login(registry)}`;
  if (status === 404 && method !== "GET")
    return `Make the repository, if this registry does not make it by itself, or correct its name. Some say this to who has no right to ${RIGHTS[method] ?? "read"} it: ${login(registry)}`;
  if (method === "DELETE" && (status === 405 || status === 400))
    return "This registry does not delete by the distribution API, or is set not to. Delete in its own interface, or have it switched on.";
  const wait = retryAfter === null ? "later" : `after ${retryAfter} (seconds, or a date), as it asks`;
  if (status === 429) return `Try again ${wait}. Logging in often raises the limit: ${login(registry)}`;
  if (status >= 500) return `Try again ${wait}. Nothing was taken for absent.`;
  return "Check that this is a registry of container images.";
}

function login(registry: string): string {
  const isGoogles = /(?:^|\.)gcr\.io$|\.pkg\.dev$/.test(registry);
  return `docker login ${registry}${isGoogles ? ", or gcloud auth application-default login" : ""}`;
}

/** By way of a proxy it is only said that "fetch failed"; the code of its innermost cause says why, unless it is the library's own. */
function reasonOf(error: unknown): string {
  const { name, cause, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") return "it took too long";
  if (cause !== undefined) return reasonOf(cause);
  return code === undefined || code.startsWith("UND_") ? message : code;
}
