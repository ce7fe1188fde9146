import type { Environment } from "../credentials/docker-config.ts";

/** What is asked of a server. */
export interface Question {
  readonly method?: string;
  /** By their names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes may be sent more than once, where the server sends us elsewhere; what is read while it is sent is sent once. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Whether answers that lead elsewhere are followed; default: they are. */
  readonly redirect?: "follow" | "manual" | "error";
  readonly signal?: AbortSignal;
}

/** What a server answers: what is needed of a `Response`, of which there are several classes. */
export interface Answer {
  readonly status: number;
  /** The status is one of success. */
  readonly ok: boolean;
  readonly headers: Pick<Headers, "get">;
  /** What has not come yet. */
  readonly body: AsyncIterable<Uint8Array> | null;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
  readonly json: () => Promise<unknown>;
}

/** `fetch`, of which there are several. */
export type Fetch = (url: string, init: RequestInit) => Promise<Answer>;

/** Asks a server. An answer is one whatever its status is. */
export type Ask = (url: string, question: Question) => Promise<Answer>;

/** How what is not on this machine is reached. */
export interface Ways {
  /** Whose variables name proxies. */
  readonly environment: Environment;
  /** Certificates of authorities, as PEM; beside the usual ones. */
  readonly certificates?: readonly string[];
}
