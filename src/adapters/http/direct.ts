import type { ClientRequest, IncomingMessage } from "node:http";
import type { Agent } from "node:https";
import { pipeline } from "node:stream/promises";
import { makeAnswer } from "./answer.ts";
import { decode } from "./decode.ts";
import type { Answer, Ask, Question } from "./ways.ts";

/** What `fetch` says, too; nothing is to come packed. */
const HEADERS = { accept: "*/*", "accept-encoding": "identity", "user-agent": "manage-images" };
/** How long a connection is kept that nobody uses, in milliseconds; as Node does without other authorities. */
const KEPT = 5000;
/** Answers without a body. */
const EMPTY = [204, 304];

/** Asks servers themselves, whose certificates may be of other authorities, too. Where they send us to nobody goes. */
export function openDirect(certificates: readonly string[]): Ask {
  let trusting: Promise<Agent> | undefined;
  return async (url, { method = "GET", headers, body, signal }) => {
    const isTls = new URL(url).protocol === "https:";
    if (isTls && certificates.length > 0) trusting ??= trust(certificates);
    const { request } = await (isTls ? import("node:https") : import("node:http"));
    const agent = isTls ? await trusting : undefined;
    signal?.throwIfAborted();
    const options = {
      method,
      headers: { ...HEADERS, ...headers },
      ...(agent === undefined ? {} : { agent }),
      ...(signal === undefined ? {} : { signal }),
    };
    const sent = request(url, options);
    const response = await exchange(sent, body, signal);
    return answerOf(response, method, signal);
  };
}

/** With its own connections: a server that was trusted is not asked for its certificate again. */
async function trust(certificates: readonly string[]): Promise<Agent> {
  const [{ Agent }, { rootCertificates }] = await Promise.all([import("node:https"), import("node:tls")]);
  return new Agent({ keepAlive: true, timeout: KEPT, ca: [...rootCertificates, ...certificates] });
}

/** A failure is an error only until there is an answer: then it is one of the answer. */
function exchange(
  sent: ClientRequest,
  body: Question["body"],
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", (error) => {
      reject(reasonOf(error, signal));
    });
    if (body === undefined || typeof body === "string" || body instanceof Uint8Array) sent.end(body);
    // What fails while it is read is an error of the request.
    else pipeline(body, sent).catch(reject);
  });
}

async function answerOf(
  response: IncomingMessage,
  method: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  // Whoever reads it hears of it; an answer that nobody reads may fail.
  response.on("error", () => undefined);
  const { statusCode: status = 0, headers } = response;
  const get = (name: string) => {
    const value = headers[name.toLowerCase()];
    return value === undefined ? null : [value].flat().join(", ");
  };
  const encoding = method === "HEAD" || EMPTY.includes(status) ? null : get("content-encoding");
  const body = encoding === null ? response : await decode(response, encoding);
  return makeAnswer(status, { get }, read(body, signal));
}

async function* read(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw reasonOf(error, signal);
  }
}

/** Why it was given up, where it was. */
function reasonOf(error: unknown, signal: AbortSignal | undefined): Error {
  return (signal?.aborted === true ? signal.reason : error) as Error;
}
