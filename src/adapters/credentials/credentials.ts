/** How one is known to a registry. */
export type Credentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token. */
  | { readonly kind: "identity"; readonly token: string }
  /** A bearer token that the registry takes as it is. */
  | { readonly kind: "bearer"; readonly token: string };

/** The credentials for a registry's host (`docker.io`, `ghcr.io`, `localhost:5000`), `undefined` if there are none. */
export type FindCredentials = (registry: string, signal?: AbortSignal) => Promise<Credentials | undefined>;
