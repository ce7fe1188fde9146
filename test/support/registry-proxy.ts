import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** What a registry is asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** What a registry that is not well does with a request; `undefined`: what the real one does. */
export type Fault = (asked: Asked) => Answer | undefined;

/**
 * An answer in the real registry's place, changed headers of its answer, trouble with its body, or none at all, in the middle of
 * what is sent to it or before.
 */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly body: BodyTrouble }
  | "broken off"
  | "broken off while it sends"
  | "silence";

/** A body that takes a second, is broken off in the middle, or comes to a stop there for ever. */
export type BodyTrouble = "dribbles" | "breaks off" | "stops";

const PIECES = 20;
const SECOND = 1000;

/** A registry before another one. */
export interface RegistryProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly stop: () => Promise<void>;
}

/** Stands before a registry on this machine and hands everything on, but for what the fault says. */
export async function startRegistryProxy(target: string, fault: Fault): Promise<RegistryProxy> {
  const server = createServer((incoming, outgoing) => {
    answer(target, fault, incoming, outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    host: `127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(target: string, fault: Fault, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method = "GET", url: path = "/", headers } = incoming;
  const planned = fault({ method, path, headers });
  if (planned === "silence") return;
  if (planned === "broken off") {
    incoming.socket.destroy();
    return;
  }
  const own = planned === "broken off while it sends" ? undefined : planned;
  if (own !== undefined && "status" in own) {
    incoming.resume();
    const { status, headers: its, body = "{}" } = own;
    outgoing.writeHead(status, { "content-type": "application/json", ...its }).end(body);
    return;
  }
  const onward = request(`http://${target}${path}`, { method, headers }, (response) => {
    const changed = own !== undefined && "headers" in own ? own.headers : {};
    outgoing.writeHead(response.statusCode ?? 500, { ...response.headers, ...changed });
    if (own !== undefined && "body" in own) void passOn(response, outgoing, own.body);
    else response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  if (planned === "broken off while it sends") {
    incoming.once("data", (piece: Buffer) => {
      onward.write(piece.subarray(0, Math.ceil(piece.length / 2)), () => {
        incoming.socket.destroy();
        onward.destroy();
      });
    });
    return;
  }
  incoming.pipe(onward);
}

async function passOn(
  response: IncomingMessage,
  outgoing: ServerResponse,
  trouble: BodyTrouble,
): Promise<void> {
  const body = await buffer(response);
  const size = Math.ceil(body.length / PIECES);
  for (let piece = 0; piece < PIECES && size > 0; piece += 1) {
    if (trouble !== "dribbles" && piece === PIECES / 2) {
      if (trouble === "breaks off") outgoing.destroy();
      return;
    }
    outgoing.write(body.subarray(piece * size, (piece + 1) * size));
    await sleep(SECOND / PIECES);
  }
  outgoing.end();
}
