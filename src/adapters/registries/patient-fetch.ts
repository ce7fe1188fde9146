import { setTimeout as sleep } from "node:timers/promises";
import { explainNoAnswer, type Attempt } from "./refusals.ts";

/** Pauses before the second, third and fourth attempt, in milliseconds, where the server does not say. */
const PAUSES = [250, 500, 1000];

/** The longest pause that a server may ask for, in milliseconds; one that asks for more is an answer. */
const LONGEST_PAUSE = 60_000;

/** How long one attempt may take, to the last byte of its answer, in milliseconds. */
const PATIENCE = 30_000;

/**
 * `fetch` that tries again a few times after 429, 5xx and failed connections, and waits as long as `Retry-After` asks. The
 * last answer is returned, whatever it is; a connection that keeps failing is a `UserError`.
 */
export async function fetchPatiently(
  attempt: Attempt,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
  pauses: readonly number[] = PAUSES,
): Promise<Response> {
  const [pause, ...later] = pauses;
  const outcome = await fetchOnce(url, init, signal);
  if (pause === undefined || !isTransient(outcome)) return answered(attempt, outcome);
  const wait =
    outcome instanceof Response ? (askedPause(outcome.headers.get("retry-after")) ?? pause) : pause;
  if (wait > LONGEST_PAUSE) return answered(attempt, outcome);
  await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  return fetchPatiently(attempt, url, init, signal, later);
}

/** An answer, or the error of a connection that failed. */
type Outcome = Response | { readonly error: unknown };

async function fetchOnce(url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Outcome> {
  const timeout = AbortSignal.timeout(PATIENCE);
  try {
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    return await readWhole(await fetch(url, { ...init, signal: either }));
  } catch (error) {
    signal?.throwIfAborted();
    return { error };
  }
}

/** The answer with its body here already: one that comes to a stop is a connection that failed. */
async function readWhole(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, response);
}

function isTransient(outcome: Outcome): boolean {
  return !(outcome instanceof Response) || outcome.status === 429 || outcome.status >= 500;
}

function answered(attempt: Attempt, outcome: Outcome): Response {
  if (outcome instanceof Response) return outcome;
  throw explainNoAnswer(attempt, outcome.error);
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds from now: seconds, or a date. */
function askedPause(header: string | null): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
