import type { Answer, Asked } from "./registry-proxy.ts";

/** A registry's token service (https://distribution.github.io/distribution/spec/auth/token/), for a registry proxy. */
export interface TokenService {
  /** Gives tokens, and lets a request through that has one that is good. */
  readonly guard: (asked: Asked) => Answer | undefined;
  /** Ends the tokens of a repository, although they were to be good for longer. */
  readonly expire: (repository: string) => void;
  /** How many requests had a token that was not good. */
  readonly refused: () => number;
}

/** Starts without a token; with `isWorthless` none that it gives is any good. */
export function tokenService({ isWorthless = false } = {}): TokenService {
  const scopes = new Map<string, string>();
  let given = 0;
  let refused = 0;
  const give = (scope: string): Answer => {
    const token = `token-${++given}`;
    if (!isWorthless) scopes.set(token, scope);
    return { status: 200, body: JSON.stringify({ token, expires_in: 300 }) };
  };
  return {
    guard: ({ path, headers }) => {
      const { pathname, searchParams } = new URL(path, "http://registry");
      if (pathname === "/token") return give(searchParams.getAll("scope").join(" "));
      const { authorization, host = "" } = headers;
      if (scopes.has(authorization?.replace("Bearer ", "") ?? "")) return undefined;
      if (authorization !== undefined) refused += 1;
      const challenge = `Bearer realm="http://${host}/token",service="tests"`;
      return { status: 401, headers: { "www-authenticate": challenge } };
    },
    expire: (repository) => {
      for (const [token, scope] of scopes)
        if (scope.includes(`repository:${repository}:`)) scopes.delete(token);
    },
    refused: () => refused,
  };
}
