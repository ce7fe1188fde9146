import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A proxy, as companies have one between them and the rest of the world. */
export interface HttpProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** What was asked of it: `CONNECT registry.example:443`, `GET http://registry.example/v2/`. */
  readonly asked: string[];
  readonly stop: () => Promise<void>;
}

/** Where a proxy's names lead to, and who may use it. */
export interface HttpProxyOptions {
  /** `127.0.0.1:PORT` by `name:port`; there is nothing else in its world. */
  readonly places: ReadonlyMap<string, string>;
  /** `user:password`; without it everybody may use it. */
  readonly login?: string;
}

/** Starts a proxy: tunnels by `CONNECT`, and requests with a whole URL. */
export async function startHttpProxy({ places, login }: HttpProxyOptions): Promise<HttpProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const isStranger = ({ headers }: IncomingMessage) =>
    wanted !== undefined && headers["proxy-authorization"] !== wanted;
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method ?? ""} ${incoming.url ?? ""}`);
    if (isStranger(incoming)) outgoing.writeHead(407, { "proxy-authenticate": "Basic" }).end();
    else passOn(places, incoming, outgoing);
  });
  server.on("connect", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    asked.push(`CONNECT ${incoming.url ?? ""}`);
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const place = places.get(incoming.url ?? "");
    if (isStranger(incoming)) socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    else if (place === undefined) socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    else tunnel(place, socket, head);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function tunnel(place: string, socket: Duplex, head: Buffer): void {
  const [hostname = "", port = ""] = place.split(":");
  const onward = connect(Number(port), hostname, () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  onward.on("error", () => socket.destroy());
  socket.on("close", () => onward.destroy());
}

function passOn(
  places: HttpProxyOptions["places"],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const url = URL.canParse(incoming.url ?? "") ? new URL(incoming.url ?? "") : undefined;
  const place = places.get(`${url?.hostname ?? ""}:${url?.port === "" ? "80" : (url?.port ?? "")}`);
  if (url === undefined || place === undefined) {
    outgoing.writeHead(502).end();
    return;
  }
  const { method = "GET", headers } = incoming;
  const onward = request(`http://${place}${url.pathname}${url.search}`, { method, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
