import { setTimeout as sleep } from "node:timers/promises";
import type { ArtifactRegistryClient } from "@google-cloud/artifact-registry";
import type { Limit } from "../registries/client.ts";
import { explainStatus, STATUS, statusOf } from "./explain-status.ts";

/** The API, and how many calls may be under way. */
export interface Api {
  readonly client: ArtifactRegistryClient;
  readonly limit: Limit;
}

/** How long one call may take, in milliseconds. */
const PATIENCE = 30_000;

/** Pauses before the further attempts, in milliseconds. */
const PAUSES = [250, 500, 1000, 2000];

/** All our calls can be repeated. */
const TRANSIENT: readonly (number | undefined)[] = [
  STATUS.DEADLINE_EXCEEDED,
  STATUS.RESOURCE_EXHAUSTED,
  STATUS.UNAVAILABLE,
];

/** As many as the API gives in one answer. */
const PAGE = 1000;

/** Makes one call. The library writes into the options. */
export type Send<Answer> = (
  client: ArtifactRegistryClient,
  options: { readonly timeout: number; readonly autoPaginate: false },
) => Promise<Answer>;

/** Makes a call. A failure is a `UserError` that says what was to be done. */
export async function call<Answer>(
  api: Api,
  what: string,
  signal: AbortSignal | undefined,
  send: Send<Answer>,
): Promise<Answer> {
  try {
    return await tryAll(api, signal, send);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainStatus(what, error);
  }
}

/** The same where "not found" is an answer: `undefined`. */
export async function callIfThere<Answer>(
  api: Api,
  what: string,
  signal: AbortSignal | undefined,
  send: Send<Answer>,
): Promise<Answer | undefined> {
  return call(api, what, signal, async (client, options) => {
    try {
      return await send(client, options);
    } catch (error) {
      if (statusOf(error) === STATUS.NOT_FOUND) return undefined;
      throw error;
    }
  });
}

/** What the library answers for a page. */
type Page<Item> = [Item[], unknown, { readonly nextPageToken?: string | null }];

/** All pages of a list; `undefined` where that of which it is a list is not found. */
export async function listAll<Item>(
  api: Api,
  what: string,
  signal: AbortSignal | undefined,
  send: (
    client: ArtifactRegistryClient,
    page: { readonly pageSize: number; readonly pageToken: string },
    options: Parameters<Send<unknown>>[1],
  ) => Promise<Page<Item>>,
): Promise<readonly Item[] | undefined> {
  const items: Item[] = [];
  for (let pageToken = ""; ;) {
    const page = { pageSize: PAGE, pageToken };
    const answer: Page<Item> | undefined = await callIfThere(api, what, signal, (client, options) =>
      send(client, page, options),
    );
    if (answer === undefined) return undefined;
    items.push(...answer[0]);
    pageToken = answer[2].nextPageToken ?? "";
    if (pageToken === "") return items;
  }
}

async function tryAll<Answer>(
  api: Api,
  signal: AbortSignal | undefined,
  send: Send<Answer>,
): Promise<Answer> {
  for (const pause of PAUSES) {
    try {
      return await tryOnce(api, signal, send);
    } catch (error) {
      if (!TRANSIENT.includes(statusOf(error))) throw error;
      await sleep(pause, undefined, signal === undefined ? {} : { signal: AbortSignal.any([signal]) });
    }
  }
  return tryOnce(api, signal, send);
}

async function tryOnce<Answer>(
  { client, limit }: Api,
  signal: AbortSignal | undefined,
  send: Send<Answer>,
): Promise<Answer> {
  return limit(async () => {
    signal?.throwIfAborted();
    const answer = send(client, { timeout: PATIENCE, autoPaginate: false });
    return signal === undefined ? answer : Promise.race([answer, aborted(AbortSignal.any([signal]))]);
  });
}

/** The library has no way to give a call up by a signal; it ends by itself soon enough. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
