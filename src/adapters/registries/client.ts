import type { FindCredentials } from "../credentials/credentials.ts";
import { openAuthorizer, type Authorizer } from "./authorize.ts";
import { openPatientFetch, PAUSES, type PatientFetch } from "./patient-fetch.ts";
import { openQuiet, type Quiet } from "./quiet.ts";
import { DEFAULT_TRANSPORT, openTransport, type Transport, type TransportSettings } from "./transport.ts";

/** What all requests to registries share. */
export interface Client {
  readonly transport: Transport;
  readonly fetch: PatientFetch;
  readonly quiet: Quiet;
  readonly authorizer: Authorizer;
  /** Bounds how many requests are under way. */
  readonly limit: Limit;
}

/** Does work, if need be when other work is done. */
export type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** How registries are spoken to. */
export interface ClientSettings {
  readonly transport?: TransportSettings;
  readonly limit?: Limit;
}

/** Tokens and connections are kept for as long as they are good. */
export function openClient(findCredentials: FindCredentials, settings: ClientSettings = {}): Client {
  const transport = openTransport(settings.transport ?? DEFAULT_TRANSPORT);
  const quiet = openQuiet();
  const fetch = openPatientFetch(transport, PAUSES, quiet);
  const limit: Limit = settings.limit ?? ((work) => work());
  return { transport, fetch, quiet, limit, authorizer: openAuthorizer(findCredentials, fetch) };
}
