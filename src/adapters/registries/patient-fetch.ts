import { UserError } from "../../errors.ts";
import { whole } from "../http/answer.ts";
import type { Answer, Question } from "../http/ways.ts";
import { openQuiet, pause as wait, type Quiet } from "./quiet.ts";
import { explainNoAnswer, type Attempt } from "./refusals.ts";
import type { Transport } from "./transport.ts";

/** Pauses before the second, third and fourth attempt, in milliseconds, where the server does not say. */
export const PAUSES: readonly number[] = [250, 500, 1000];

/** How long one attempt may take, to the last byte of its answer, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Asks, and tries again a few times after 429, 5xx and failed connections, and leaves a registry alone for as long as it
 * asks: no other request goes there in the meantime. The last answer is returned, whatever it is; a connection that keeps
 * failing is a `UserError`. All that is sent may be sent twice.
 */
export type PatientFetch = (
  attempt: Attempt,
  url: string,
  question: Question,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

/** What is kept for all requests. */
interface Patience {
  readonly transport: Transport;
  readonly quiet: Quiet;
}

/** `pauses` are in milliseconds, one for each further attempt. */
export function openPatientFetch(
  transport: Transport,
  pauses: readonly number[] = PAUSES,
  quiet = openQuiet(),
): PatientFetch {
  const patience: Patience = { transport, quiet };
  return (attempt, url, question, signal) => tryAll(patience, attempt, url, question, signal, pauses);
}

async function tryAll(
  patience: Patience,
  attempt: Attempt,
  url: string,
  question: Question,
  signal: AbortSignal | undefined,
  pauses: readonly number[],
): Promise<Answer> {
  const [pause, ...later] = pauses;
  await patience.quiet.wait(attempt.registry, signal);
  const outcome = await askOnce(patience.transport, attempt, url, question, signal);
  const asked = "error" in outcome ? undefined : patience.quiet.heed(attempt.registry, outcome);
  if (pause === undefined || asked === "refused" || !isTransient(outcome)) return answered(attempt, outcome);
  await wait(asked === undefined ? pause : 0, signal);
  return tryAll(patience, attempt, url, question, signal, later);
}

/** An answer, or the error of a connection that failed. */
type Outcome = Answer | { readonly error: unknown };

async function askOnce(
  transport: Transport,
  { registry }: Attempt,
  url: string,
  question: Question,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(PATIENCE);
  try {
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    // One that comes to a stop is a connection that failed.
    return await whole(await transport.ask(registry, url, { ...question, signal: either }));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    return { error };
  }
}

function isTransient(outcome: Outcome): boolean {
  return "error" in outcome || outcome.status === 429 || outcome.status >= 500;
}

function answered(attempt: Attempt, outcome: Outcome): Answer {
  if ("error" in outcome) throw explainNoAnswer(attempt, outcome.error);
  return outcome;
}
