import { setTimeout as sleep } from "node:timers/promises";
import { askedPause } from "./asked-pause.ts";
import { explainNoAnswer, type Attempt } from "./refusals.ts";
import type { Answer, Transport } from "./transport.ts";

/** Pauses before the second, third and fourth attempt, in milliseconds, where the server does not say. */
const PAUSES = [250, 500, 1000];

/** The longest pause that a server may ask for, in milliseconds; one that asks for more is an answer. */
const LONGEST_PAUSE = 60_000;

/** How long one attempt may take, to the last byte of its answer, in milliseconds. */
const PATIENCE = 30_000;

/**
 * `fetch` that tries again a few times after 429, 5xx and failed connections, and leaves a registry alone for as long as it
 * asks: no other request goes there in the meantime. The last answer is returned, whatever it is; a connection that keeps
 * failing is a `UserError`. All that is sent may be sent twice.
 */
export type PatientFetch = (
  attempt: Attempt,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
) => Promise<Response>;

/** What is kept for all requests. */
interface Patience {
  readonly transport: Transport;
  /** Until when registries want to be left alone, in milliseconds since 1970. */
  readonly quietUntil: Map<string, number>;
}

/** `pauses` are in milliseconds, one for each further attempt. */
export function openPatientFetch(transport: Transport, pauses: readonly number[] = PAUSES): PatientFetch {
  const patience: Patience = { transport, quietUntil: new Map() };
  return (attempt, url, init, signal) => tryAll(patience, attempt, url, init, signal, pauses);
}

async function tryAll(
  patience: Patience,
  attempt: Attempt,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
  pauses: readonly number[],
): Promise<Response> {
  const [pause, ...later] = pauses;
  await wait((patience.quietUntil.get(attempt.registry) ?? 0) - Date.now(), signal);
  const outcome = await fetchOnce(patience.transport, attempt, url, init, signal);
  const asked = outcome instanceof Response ? askedPause(outcome) : undefined;
  if (asked !== undefined && asked <= LONGEST_PAUSE)
    patience.quietUntil.set(attempt.registry, Date.now() + asked);
  if (pause === undefined || !isTransient(outcome)) return answered(attempt, outcome);
  if ((asked ?? 0) > LONGEST_PAUSE) return answered(attempt, outcome);
  await wait(asked === undefined ? pause : 0, signal);
  return tryAll(patience, attempt, url, init, signal, later);
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds <= 0) return;
  // A signal of its own: Node warns of one that many listen to.
  const own = signal === undefined ? {} : { signal: AbortSignal.any([signal]) };
  await sleep(milliseconds, undefined, own).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** An answer, or the error of a connection that failed. */
type Outcome = Response | { readonly error: unknown };

async function fetchOnce(
  transport: Transport,
  { registry }: Attempt,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(PATIENCE);
  try {
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    return await readWhole(await transport.fetch(registry, url, { ...init, signal: either }));
  } catch (error) {
    signal?.throwIfAborted();
    return { error };
  }
}

/** The answer with its body here already: one that comes to a stop is a connection that failed. */
async function readWhole(response: Answer): Promise<Response> {
  const body = await response.arrayBuffer();
  const { status, statusText } = response;
  return new Response(body.byteLength === 0 ? null : body, {
    status,
    statusText,
    headers: [...response.headers],
  });
}

function isTransient(outcome: Outcome): boolean {
  return !(outcome instanceof Response) || outcome.status === 429 || outcome.status >= 500;
}

function answered(attempt: Attempt, outcome: Outcome): Response {
  if (outcome instanceof Response) return outcome;
  throw explainNoAnswer(attempt, outcome.error);
}
