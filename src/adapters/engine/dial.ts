import type Modem from "docker-modem";
import { UserError } from "../../errors.ts";
import { isTransient } from "./transient.ts";

/** Sends a request to the engine at an address. What it refuses, and that it does not answer, are `UserError`s. */
export async function dialFor<Answer>(
  modem: Modem,
  options: Modem.DialOptions,
  address: string,
): Promise<Answer> {
  try {
    return (await dial(modem, options)) as Answer;
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    throw explain(options.path, address, error);
  }
}

/** Sends a request; what comes of it is as dockerode says it. */
export function dial(modem: Modem, options: Modem.DialOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    modem.dial(options, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/** What the engine said to a request that it refused; `undefined` for a connection that failed. */
export function refusalOf(error: unknown): string | undefined {
  const { statusCode, message } = error as Error & { readonly statusCode?: number };
  return statusCode === undefined ? undefined : message.replace(/^\(HTTP code \d+\) .*? - /, "").trim();
}

/** That no engine answers, as a person should hear it. */
export function noEngine(address: string, cause: unknown): UserError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === undefined ? "" : ` (${code})`;
  return new UserError(`No Docker engine answers at ${address}${why}.`, { remedy: remedyFor(code), cause });
}

/** dockerode's errors carry the engine's status and answer; one without a status is a connection that failed. */
function explain(path: string, address: string, error: unknown): UserError {
  const { statusCode } = error as { readonly statusCode?: number };
  const said = refusalOf(error);
  if (statusCode === undefined || said === undefined) return noEngine(address, error);
  return new UserError(
    `The Docker engine at ${address} refused ${path.replace("?", "")} (${statusCode}): ${said}`,
    {
      remedy: "Docker Engine 20.10 or newer with BuildKit is needed; `docker version` says what is there.",
      cause: error,
      isTransient: isTransient(said),
    },
  );
}

function remedyFor(code: string | undefined): string {
  if (code === "EACCES")
    return "Your user may not use it: add it to the group docker, or run as one who may.";
  return "Start Docker, or name another engine in DOCKER_HOST or by `docker context use`.";
}
