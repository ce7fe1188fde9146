import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request to a forge. */
export interface Asked {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON; `undefined` where there is none. */
  readonly body: unknown;
}

/** An answer of a forge. */
export interface Answered {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Trouble with a request: another answer, before or after it was obeyed. `undefined`: none. */
export type Trouble = (asked: Asked) => (Answered & { readonly obeys?: boolean }) | undefined;

/** A forge's HTTP server. */
export interface HttpForge {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** `METHOD path` of each request since it was last emptied. */
  readonly asked: string[];
  trouble: Trouble;
  readonly stop: () => Promise<void>;
}

/** Starts a server on a free loopback port. What it cannot answer is 404. */
export async function startHttpForge(answer: (asked: Asked) => Promise<Answered>): Promise<HttpForge> {
  const forge: { -readonly [Key in keyof HttpForge]: HttpForge[Key] } = {
    url: "",
    asked: [],
    trouble: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { pathname, searchParams } = new URL(incoming.url ?? "", "http://forge");
    const body = await text(incoming);
    const asked: Asked = {
      method: incoming.method ?? "",
      path: decodeURIComponent(pathname),
      query: searchParams,
      headers: incoming.headers,
      body: body === "" ? undefined : JSON.parse(body),
    };
    forge.asked.push(`${asked.method} ${asked.path}`);
    const trouble = forge.trouble(asked);
    const usual = trouble === undefined || trouble.obeys === true ? await answer(asked) : undefined;
    const { status, headers, body: content } = trouble ?? usual ?? { status: 404, body: {} };
    outgoing.writeHead(status, { "content-type": "application/json", ...headers });
    outgoing.end(content === undefined ? "" : JSON.stringify(content));
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ message: String(error) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  forge.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return forge;
}
