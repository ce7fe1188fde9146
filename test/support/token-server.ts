import { createPrivateKey, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Certificates } from "./certificates.ts";
import { LOGIN } from "./registry.ts";

const ISSUER = "token server of the tests";
const SERVICE = "registry of the tests";
const SECONDS = 300;

/** A token server whose tokens CNCF Distribution takes (https://distribution.github.io/distribution/spec/auth/jwt/). */
export interface TokenServer {
  /** What Distribution's configuration says of it, beside the file of its certificate. */
  readonly auth: { readonly realm: string; readonly service: string; readonly issuer: string };
  /** What it was asked to allow, in the order of the questions. */
  readonly scopes: string[];
  readonly stop: () => Promise<void>;
}

/** Starts a token server that gives `LOGIN` what it asks for, and nothing to others. */
export async function startTokenServer({ certificate, key }: Certificates): Promise<TokenServer> {
  const scopes: string[] = [];
  const server = createServer((request, response) => {
    if (!isKnown(request)) {
      response.writeHead(401).end("{}");
      return;
    }
    const asked = new URL(request.url ?? "/", "http://token").searchParams.getAll("scope");
    scopes.push(...asked);
    const token = tokenFor(asked.map(parseScope), certificate, key);
    response.end(JSON.stringify({ token, expires_in: SECONDS }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    auth: { realm: `http://127.0.0.1:${port}/token`, service: SERVICE, issuer: ISSUER },
    scopes,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function isKnown({ headers }: IncomingMessage): boolean {
  const basic = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
  return headers.authorization === `Basic ${basic}`;
}

function parseScope(scope: string): object {
  const [type = "", name = "", actions = ""] = scope.split(":");
  return { type, name, actions: actions.split(",") };
}

function tokenFor(access: readonly object[], certificate: string, key: string): string {
  const now = Math.floor(Date.now() / 1000);
  const der = certificate.replace(/-----[A-Z ]+-----|\s/g, "");
  const header = { typ: "JWT", alg: "RS256", x5c: [der] };
  const times = { iat: now, nbf: now - 10, exp: now + SECONDS };
  const claims = { iss: ISSUER, sub: LOGIN.user, aud: SERVICE, jti: String(now), ...times, access };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), createPrivateKey(key)).toString("base64url")}`;
}
