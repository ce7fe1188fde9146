import { createHash } from "node:crypto";
import { UserError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import { splitName } from "../../model/reference.ts";
import type { Answer } from "../http/ways.ts";
import { explainNoAnswer, explainRefusal, type Attempt } from "./refusals.ts";
import type { Place } from "./requests.ts";
import { openWatch, type Watch } from "./watch.ts";

/** Part of an image: a layer, or its configuration. */
export interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

/** What is sent from where to where. */
export interface Errand {
  readonly from: Place;
  readonly to: Place;
  readonly blob: Blob;
  /** How long nothing may move, in milliseconds. */
  readonly patience: number;
}

/**
 * Sends a blob to an upload that was begun (OCI distribution specification, end-6) while it is read: no more of it is in
 * memory than is under way. One attempt; a failure is a `UserError`. `tell` gets the number of bytes so far.
 */
export async function streamBlob(errand: Errand, upload: URL, tell: (bytes: number) => void): Promise<void> {
  const { to, blob, patience } = errand;
  const watch = openWatch(patience, to.signal);
  const headers = { "content-type": "application/octet-stream", "content-length": String(blob.size) };
  const read = () => readBlob(errand, watch, tell);
  try {
    const answer = await requestOnce(to, upload, { method: "PUT", headers, read }, watch);
    // It is taken, whatever becomes of what is said of it.
    await answer.arrayBuffer().catch(() => undefined);
  } finally {
    watch.end();
  }
}

/** The bytes of a blob, which are those of its digest: otherwise it ends with an error. */
async function* readBlob({ from, blob }: Errand, watch: Watch, tell: (bytes: number) => void) {
  const { registry, path } = splitName(from.repository);
  const url = new URL(`${await from.client.transport.originOf(registry)}/v2/${path}/blobs/${blob.digest}`);
  // What a server compresses on the way has another length.
  const headers = { "accept-encoding": "identity" };
  const response = await requestOnce(from, url, { method: "GET", headers }, watch);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      hash.update(chunk);
      bytes += chunk.length;
      watch.moves();
      if (bytes > blob.size) throw wrong(from, blob);
      tell(bytes);
      yield chunk;
    }
  } catch (error) {
    throw explainFailure(attemptAt(from), error, watch);
  }
  if (bytes !== blob.size || blob.digest !== `sha256:${hash.digest("hex")}`) throw wrong(from, blob);
  watch.waits();
}

/** What is sent; `read` anew each time. */
interface Streamed {
  readonly method: "GET" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly read?: () => AsyncIterable<Uint8Array>;
}

/** Without another attempt, and with an answer whose body is still to come: it is good, or it is a `UserError`. */
async function requestOnce(place: Place, url: URL, sent: Streamed, watch: Watch): Promise<Answer> {
  const { client, repository, signal } = place;
  const { registry, path } = splitName(repository);
  const attempt = attemptAt(place);
  const scope = `repository:${path}:${sent.method === "PUT" ? "pull,push" : "pull"}`;
  const send = (authorization?: string) => sendOnce(place, url, sent, authorization, watch.signal);
  try {
    await client.quiet.wait(registry, signal);
    // Where a registry has its data elsewhere, its credentials are not for there.
    const isOwn = url.origin === (await client.transport.originOf(registry));
    const response = await (isOwn ? client.authorizer.fetch(attempt, scope, send, signal) : send());
    if (response.ok) return response;
    client.quiet.heed(registry, response);
    throw explainRefusal(attempt, response.status, response.headers.get("retry-after"), sent.method);
  } catch (error) {
    throw explainFailure(attempt, error, watch);
  }
}

async function sendOnce(
  { client, repository }: Place,
  url: URL,
  { method, headers, read }: Streamed,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const own = authorization === undefined ? headers : { ...headers, authorization };
  const question = { method, headers: own, signal };
  // It is read once, so that it can be sent to one place only.
  const streamed = read === undefined ? {} : ({ body: read(), redirect: "error" } as const);
  return client.transport.ask(splitName(repository).registry, url.href, { ...question, ...streamed });
}

function attemptAt({ repository }: Place): Attempt {
  return { registry: splitName(repository).registry, reference: repository };
}

/** By way of a proxy the error of what was to be sent is the cause of another. */
function explainFailure(attempt: Attempt, error: unknown, { signal }: Watch): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof UserError) return cause;
  const { reason } = signal as { readonly reason: unknown };
  if (!signal.aborted) return explainNoAnswer(attempt, error);
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? explainNoAnswer(attempt, reason)
    : reason;
}

function wrong({ repository }: Place, { digest }: Blob): UserError {
  return new UserError(`What the registry answers for ${digest} of ${repository} is not that.`, {
    remedy: "Look at the registry, and at any proxy before it.",
  });
}
