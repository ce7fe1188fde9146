import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { Duplex } from "node:stream";
import { status } from "@grpc/grpc-js";
import type { Codec } from "./messages.ts";

/** A method of a service, by its path: `/moby.buildkit.v1.Control/Solve`. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
}

/** That a call was answered by an error, in the server's words. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** One of gRPC's status codes. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Calls over one connection. They reject with a `CallError`, with the signal's reason when that aborts, which ends the call on
 * the server too, and with any other error where the connection broke.
 */
export interface GrpcConnection {
  /** The answer to a request. */
  ask<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    signal: AbortSignal,
  ): Promise<Response>;
  /** The answers to a request, one after the other. */
  follow<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    signal: AbortSignal,
  ): AsyncIterable<Response>;
  close(): void;
}

/** What stands before each message: whether it is compressed, and its length in four bytes. */
const PREFIX = 5;

/** How many bytes of a stream the server may send ahead. */
const WINDOW = 1 << 20;

/**
 * gRPC over a connection that somebody else has opened, which the library offers to servers only
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 */
export function overSocket(socket: Duplex): GrpcConnection {
  const session = connect("http://buildkit", {
    createConnection: () => socket,
    settings: { initialWindowSize: WINDOW },
  });
  // Each call reports it.
  session.on("error", () => undefined);
  return {
    ask: (method, request, signal) => only(call(session, method, request, signal)),
    follow: (method, request, signal) => call(session, method, request, signal),
    close: () => {
      session.destroy();
      socket.destroy();
    },
  };
}

async function* call<Request, Response>(
  session: ClientHttp2Session,
  { path, request: { encode }, response: { decode } }: Method<Request, Response>,
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<Response> {
  signal.throwIfAborted();
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  let end: IncomingHttpHeaders = {};
  const note = (headers: IncomingHttpHeaders) => {
    end = { ...end, ...headers };
  };
  stream.on("response", note).on("trailers", note);
  const cancel = () => {
    stream.close(constants.NGHTTP2_CANCEL);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    stream.end(withPrefix(encode(request)));
    for await (const bytes of messagesIn(stream as AsyncIterable<Uint8Array>)) yield decode(bytes);
    signal.throwIfAborted();
    check(end);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

async function only<Response>(answers: AsyncIterable<Response>): Promise<Response> {
  const all: Response[] = [];
  for await (const answer of answers) all.push(answer);
  const [first] = all;
  if (first === undefined) throw new Error("the answer is empty");
  return first;
}

function withPrefix(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

async function* messagesIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const bytes of stream) {
    rest = Buffer.concat([rest, bytes]);
    let start = 0;
    while (start + PREFIX <= rest.length) {
      const end = start + PREFIX + rest.readUInt32BE(start + 1);
      if (end > rest.length) break;
      yield rest.subarray(start + PREFIX, end);
      start = end;
    }
    rest = rest.subarray(start);
  }
}

/** A call has ended well only if the server says so. */
function check(end: IncomingHttpHeaders): void {
  const { "grpc-status": said, "grpc-message": message } = end;
  if (said === undefined) throw new Error("the connection ended without an answer");
  const code = Number(said);
  const ok: number = status.OK;
  if (code === ok) return;
  throw new CallError(code, decodeMessage(String(message ?? "")) || (status[code] ?? String(code)));
}

/** What is no printing character of ASCII comes percent-encoded. */
function decodeMessage(text: string): string {
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  return Buffer.from(bytes, "latin1").toString();
}
