import { UserError } from "../../errors.ts";

/** Status codes of gRPC (https://grpc.io/docs/guides/status-codes/). */
export const STATUS = {
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The status of a failed call, if the server, or the way there, has given one. */
export function statusOf(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "number" ? code : undefined;
}

/** What a failed call means for a person. What is no status of a call is thrown on as it is. */
export function explainStatus(what: string, error: unknown): UserError {
  const code = statusOf(error);
  if (error instanceof UserError) return error;
  if (code === undefined) return noCredentials(what, error);
  const { details } = error as { readonly details?: unknown };
  const said = typeof details === "string" && details !== "" ? `: ${details}` : "";
  return new UserError(`Artifact Registry refused to ${what} (${meaning(code)})${said}`, {
    remedy: remedyOf(code),
    isTransient: code === STATUS.UNAVAILABLE || code === STATUS.DEADLINE_EXCEEDED,
    cause: error,
  });
}

function meaning(code: number): string {
  const found = Object.entries(STATUS).find(([, number]) => number === code)?.[0] ?? `status ${code}`;
  return found.toLowerCase().replaceAll("_", " ");
}

function remedyOf(code: number): string {
  switch (code) {
    case STATUS.NOT_FOUND:
      return "Look at the names of project, location and repository.";
    case STATUS.PERMISSION_DENIED:
      return "Ask for the role Artifact Registry Writer, or Repository Administrator to delete; or use other credentials: gcloud auth application-default login";
    case STATUS.UNAUTHENTICATED:
      return LOGIN;
    case STATUS.RESOURCE_EXHAUSTED:
      return "Try again later, with a lower --lookup-concurrency. Nothing was taken for absent.";
    default:
      return "Try again later. Nothing was taken for absent.";
  }
}

const LOGIN =
  "Run gcloud auth application-default login, or name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS.";

/** The library's own message may quote the file that it could not read. */
function noCredentials(what: string, cause: unknown): UserError {
  return new UserError(`There are no credentials for Google Cloud that can be used to ${what}.`, {
    remedy: LOGIN,
    cause,
  });
}
