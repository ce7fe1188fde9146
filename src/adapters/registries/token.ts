import { UserError } from "../../errors.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { isLoopback } from "../http/loopback.ts";
import type { Answer } from "../http/ways.ts";
import type { PatientFetch } from "./patient-fetch.ts";
import { explainRefusal, type Attempt } from "./refusals.ts";

/** What a registry's bearer challenge asks for. */
export interface TokenRequest {
  /** URL of the token server. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly scope: string;
}

/** A bearer token, and for how many seconds it is good. */
export interface Token {
  readonly token: string;
  readonly seconds: number;
}

/** What a token is good for where its server does not say (https://distribution.github.io/distribution/spec/auth/token/). */
const DEFAULT_SECONDS = 60;
const FORM = { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" };

/**
 * A token for a scope: by GET with or without a password, or by OAuth2 with an identity token
 * (https://distribution.github.io/distribution/spec/auth/oauth/). A refusal is a `UserError` without secrets.
 */
export async function fetchToken(
  fetchPatiently: PatientFetch,
  attempt: Attempt,
  asked: TokenRequest,
  credentials: Credentials | undefined,
  signal: AbortSignal | undefined,
): Promise<Token> {
  const realm = parseRealm(attempt, asked.realm);
  const response =
    credentials?.kind === "identity"
      ? await postForToken(fetchPatiently, attempt, realm, asked, credentials.token, signal)
      : await getToken(fetchPatiently, attempt, realm, asked, credentials, signal);
  if (!response.ok) throw explainRefusal(attempt, response.status, response.headers.get("retry-after"));
  return parseToken(attempt, await response.json().catch(() => undefined));
}

/** `Authorization` by name and password (RFC 7617). */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Credentials are sent there, so it must be HTTPS, or this machine. */
function parseRealm(attempt: Attempt, realm: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.host))) return url;
  throw new UserError(
    `${attempt.registry} names a token server that cannot be trusted with credentials: "${realm}".`,
    {
      remedy: "The registry's operator must give its token server an https address.",
    },
  );
}

async function getToken(
  fetchPatiently: PatientFetch,
  attempt: Attempt,
  realm: URL,
  { service, scope }: TokenRequest,
  credentials: Credentials | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (service !== undefined) realm.searchParams.set("service", service);
  // Several scopes in one challenge are several parameters.
  for (const one of scope.split(" ")) realm.searchParams.append("scope", one);
  const headers = credentials?.kind === "password" ? { authorization: basicAuthorization(credentials) } : {};
  return fetchPatiently(attempt, realm.href, { headers }, signal);
}

async function postForToken(
  fetchPatiently: PatientFetch,
  attempt: Attempt,
  realm: URL,
  { service = "", scope }: TokenRequest,
  identity: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const body = {
    grant_type: "refresh_token",
    refresh_token: identity,
    client_id: "manage-images",
    service,
    scope,
  };
  return fetchPatiently(
    attempt,
    realm.href,
    { method: "POST", headers: FORM, body: new URLSearchParams(body).toString() },
    signal,
  );
}

function parseToken(attempt: Attempt, answer: unknown): Token {
  const { token, access_token, expires_in } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const text = token ?? access_token;
  if (typeof text === "string" && text !== "") {
    return { token: text, seconds: typeof expires_in === "number" ? expires_in : DEFAULT_SECONDS };
  }
  throw new UserError(`The token server of ${attempt.registry} answered without a token.`, {
    remedy: `Try again, or log in again: docker login ${attempt.registry}`,
  });
}
