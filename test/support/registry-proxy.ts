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

/** An answer in the real registry's place, changed headers of its answer, trouble with its body, or none at all. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly body: BodyTrouble }
  | "broken off"
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
  if (planned !== undefined && "status" in planned) {
    incoming.resume();
    const { status, headers: own, body = "{}" } = planned;
    outgoing.writeHead(status, { "content-type": "application/json", ...own }).end(body);
    return;
  }
  const onward = request(`http://${target}${path}`, { method, headers }, (response) => {
    const changed = planned !== undefined && "headers" in planned ? planned.headers : {};
    outgoing.writeHead(response.statusCode ?? 500, { ...response.headers, ...changed });
    if (planned !== undefined && "body" in planned) void passOn(response, outgoing, planned.body);
    else response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
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
