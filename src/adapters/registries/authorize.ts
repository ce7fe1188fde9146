import { UserError } from "../../errors.ts";
import type { Credentials, FindCredentials } from "../credentials/credentials.ts";
import type { Answer } from "../http/ways.ts";
import { parseChallenge, type Challenge } from "./challenge.ts";
import type { PatientFetch } from "./patient-fetch.ts";
import type { Attempt } from "./refusals.ts";
import { basicAuthorization, fetchToken } from "./token.ts";

/** Sends requests with the authorization that each registry asks for. */
export interface Authorizer {
  /**
   * Sends a request, and once more if the registry wants to know who is asking. `scope` is what a token must allow, such
   * as `repository:library/busybox:pull`.
   */
  fetch(
    attempt: Attempt,
    scope: string,
    send: (authorization: string | undefined) => Promise<Answer>,
    signal: AbortSignal | undefined,
  ): Promise<Answer>;
}

/** An `Authorization` header (none: the registry's refusal stands), good until `expires`, milliseconds since 1970. */
interface Pass {
  readonly authorization?: string;
  readonly expires: number;
}

/** Keeps one pass for each registry and scope; requests at the same time wait for the same one. */
export function openAuthorizer(findCredentials: FindCredentials, patientFetch: PatientFetch): Authorizer {
  const passes = new Map<string, Promise<Pass>>();
  return {
    fetch: async (attempt, scope, send, signal) => {
      const key = `${attempt.registry} ${scope}`;
      const kept = passes.get(key);
      const response = await send(valid(await kept));
      if (response.status !== 401) return response;
      // Another request may have renewed it in the meantime.
      if (passes.get(key) === kept) {
        const earned = earnPass({ attempt, scope, findCredentials, patientFetch, signal }, response);
        passes.set(key, earned);
        earned.catch(() => passes.delete(key));
      }
      // It is new: whatever is said of how long it is good, it is for this request.
      const pass = await passes.get(key);
      return pass?.authorization === undefined ? response : send(pass.authorization);
    },
  };
}

interface Errand {
  readonly attempt: Attempt;
  readonly scope: string;
  readonly findCredentials: FindCredentials;
  readonly patientFetch: PatientFetch;
  readonly signal: AbortSignal | undefined;
}

function valid(pass: Pass | undefined): string | undefined {
  return pass !== undefined && pass.expires > Date.now() ? pass.authorization : undefined;
}

async function earnPass(errand: Errand, refusal: Answer): Promise<Pass> {
  const challenge = parseChallenge(refusal.headers.get("www-authenticate"));
  if (challenge === undefined) return { expires: 0 };
  const credentials = await errand.findCredentials(errand.attempt.registry, errand.signal);
  if (credentials?.kind === "bearer") return lasting(`Bearer ${credentials.token}`);
  if (challenge.scheme === "basic") return basicPass(credentials);
  if (challenge.scheme === "bearer") return tokenPass(errand, challenge, credentials);
  throw new UserError(
    `${errand.attempt.registry} asks for an authorization of the kind "${challenge.scheme}".`,
    {
      remedy: "Only basic and bearer authorization are known here.",
    },
  );
}

function basicPass(credentials: Credentials | undefined): Pass {
  return credentials?.kind === "password" ? lasting(basicAuthorization(credentials)) : { expires: 0 };
}

function lasting(authorization: string): Pass {
  return { authorization, expires: Infinity };
}

async function tokenPass(
  errand: Errand,
  { parameters }: Challenge,
  credentials: Credentials | undefined,
): Promise<Pass> {
  const asked = {
    realm: parameters["realm"] ?? "",
    service: parameters["service"],
    scope: parameters["scope"] ?? errand.scope,
  };
  const { token, seconds } = await fetchToken(
    errand.patientFetch,
    errand.attempt,
    asked,
    credentials,
    errand.signal,
  );
  return { authorization: `Bearer ${token}`, expires: Date.now() + seconds * 1000 };
}
