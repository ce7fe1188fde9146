import type { Environment } from "../credentials/docker-config.ts";

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
