/**
 * Asks servers as `fetch` does, by Node's HTTP: to have `fetch` takes a tenth of a second of the processor's time, and some
 * forty answers another one, for the machine code of what reads their headers (decision 70). Where there are proxies, it is `fetch` that asks.
 */
import { openDirect } from "./direct.ts";
import { following } from "./follow.ts";
import { isLoopback } from "./loopback.ts";
import { namesProxies } from "./proxies.ts";
import type { Ask, Ways } from "./ways.ts";

/** A failure by way of a proxy has its address as `proxy`. */
export function openAsk({ environment, certificates = [] }: Ways): Ask {
  const direct = following(openDirect(certificates));
  if (!namesProxies(environment)) return direct;
  let opened: Promise<Ask> | undefined;
  return async (url, question) => {
    if (isLoopback(new URL(url).host)) return direct(url, question);
    opened ??= loadFetch({ environment, certificates });
    return (await opened)(url, question);
  };
}

/**
 * What is read while it is sent is not kept to be sent once more: `fetch` has a copy of it for redirections and other answers,
 * unless there can be none (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.2).
 */
const UNKEPT = { duplex: "half", window: null } as const;

async function loadFetch(ways: Required<Ways>): Promise<Ask> {
  const { fetchBy } = await import("./agent.ts");
  const fetch = fetchBy(ways);
  return (url, question) => {
    const { body } = question;
    const isKept = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    return fetch(url, { ...question, ...(isKept ? {} : UNKEPT) });
  };
}
