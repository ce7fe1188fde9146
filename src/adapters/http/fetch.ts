/** `fetch` for what takes one, with the proxies that variables name, which Node's own does not know. That is undici's. */
import type { Environment } from "../credentials/docker-config.ts";
import { isLoopback } from "./loopback.ts";
import { namesProxies } from "./proxies.ts";
import type { Fetch } from "./ways.ts";

/** Node's own where that does. A failure by way of a proxy has its address as `proxy`. */
export function openFetch(environment: Environment): Fetch {
  if (!namesProxies(environment)) return fetch;
  let opened: Promise<Fetch> | undefined;
  return async (url, init) => {
    if (isLoopback(new URL(url).host)) return fetch(url, init);
    opened ??= loadFetch(environment);
    return (await opened)(url, init);
  };
}

async function loadFetch(environment: Environment): Promise<Fetch> {
  const { fetchBy } = await import("./agent.ts");
  return fetchBy({ environment, certificates: [] });
}

/** What Node's own `fetch` takes as its `dispatcher` to do the same; `undefined` where it needs none. */
export async function findAgent(environment: Environment): Promise<object | undefined> {
  if (!namesProxies(environment)) return undefined;
  const { openAgent } = await import("./agent.ts");
  return openAgent({ environment, certificates: [] });
}
