import { rootCertificates } from "node:tls";
import { Agent, fetch, Pool, ProxyAgent, type Dispatcher } from "undici";
import { proxyOf } from "./proxies.ts";
import type { Fetch, Ways } from "./ways.ts";

/** `fetch` by the ways that there are. A failure by way of a proxy has its address as `proxy`. */
export function fetchBy(ways: Required<Ways>): Fetch {
  const dispatcher = openAgent(ways);
  return async (url, init) => {
    const proxy = proxyOf(new URL(url), ways.environment)?.host;
    try {
      return await fetch(url, { ...(init as object), dispatcher });
    } catch (error) {
      throw proxy !== undefined && error instanceof Error ? Object.assign(error, { proxy }) : error;
    }
  };
}

/** Connections of each kind, by where they lead to: redirections may lead to others. */
export function openAgent({ environment, certificates }: Required<Ways>): Dispatcher {
  const tls = certificates.length === 0 ? undefined : { ca: [...rootCertificates, ...certificates] };
  return new Agent({
    ...(tls === undefined ? {} : { connect: tls }),
    factory: (origin, options) => {
      const proxy = proxyOf(new URL(origin), environment);
      if (proxy === undefined) return new Pool(origin, options);
      const requestTls = tls === undefined ? {} : { requestTls: tls };
      // Without TLS a proxy is asked for the URL, as others ask it: many let nothing but TLS through a tunnel.
      return new ProxyAgent({ uri: proxy.origin, ...tokenOf(proxy), ...requestTls, proxyTunnel: false });
    },
  });
}

function tokenOf({ username, password }: URL) {
  if (username === "") return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { token: `Basic ${Buffer.from(login).toString("base64")}` };
}
