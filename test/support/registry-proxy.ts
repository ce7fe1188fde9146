import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

/** What a registry that is not well does with a request; `undefined`: what the real one does. */
export type Fault = (request: { readonly method: string; readonly path: string }) => Answer | undefined;

/** An answer in the real registry's place, changed headers of its answer, or none at all. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly headers: Readonly<Record<string, string>> }
  | "broken off";

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
  const { method = "GET", url: path = "/" } = incoming;
  const planned = fault({ method, path });
  if (planned === "broken off") {
    incoming.socket.destroy();
    return;
  }
  if (planned !== undefined && "status" in planned) {
    incoming.resume();
    outgoing.writeHead(planned.status, { "content-type": "application/json", ...planned.headers }).end("{}");
    return;
  }
  const onward = request(`http://${target}${path}`, { method, headers: incoming.headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 500, { ...response.headers, ...planned?.headers });
    response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
