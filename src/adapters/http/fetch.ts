/**
 * `fetch` with what Node's own is not given: the proxies that variables name, and authorities beside the usual ones. That is
 * undici's, which is loaded by the first request that needs it.
 */
import type { Environment } from "../credentials/docker-config.ts";
import { isLoopback } from "./loopback.ts";
import { namesProxies } from "./proxies.ts";
import type { Fetch, Ways } from "./ways.ts";

/** Node's own where that does. A failure by way of a proxy has its address as `proxy`. */
export function openFetch({ environment, certificates = [] }: Ways): Fetch {
  if (certificates.length === 0 && !namesProxies(environment)) return fetch;
  let opened: Promise<Fetch> | undefined;
  return async (url, init) => {
    if (certificates.length === 0 && isLoopback(new URL(url).host)) return fetch(url, init);
    opened ??= loadFetch({ environment, certificates });
    return (await opened)(url, init);
  };
}

async function loadFetch(ways: Required<Ways>): Promise<Fetch> {
  const { fetchBy } = await import("./agent.ts");
  return fetchBy(ways);
}

/** What Node's own `fetch` takes as its `dispatcher` to do the same; `undefined` where it needs none. */
export async function findAgent(environment: Environment): Promise<object | undefined> {
  if (!namesProxies(environment)) return undefined;
  const { openAgent } = await import("./agent.ts");
  return openAgent({ environment, certificates: [] });
}
