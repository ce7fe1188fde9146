/**
 * `fetch` with what Node's own is not given: the proxies that variables name, and authorities beside the usual ones. That is
 * undici's, which is loaded by the first request that needs it.
 */
import type { Environment } from "../credentials/docker-config.ts";
import { isLoopback } from "./loopback.ts";
import { namesProxies } from "./proxies.ts";

/** What is needed of a `Response`: there are several classes of that name. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Iterable<[string, string]>;
  readonly body: ReadableStream<Uint8Array> | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Sends a request. */
export type Fetch = (url: string, init: RequestInit) => Promise<Answer>;

/** How what is not on this machine is reached. */
export interface Ways {
  /** Whose variables name proxies. */
  readonly environment: Environment;
  /** Certificates of authorities, as PEM; beside the usual ones. */
  readonly certificates?: readonly string[];
}

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
