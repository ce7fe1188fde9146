/**
 * The credentials that `docker login` left behind: in Docker's `config.json`, or with one of the credential helpers it
 * names. They are read anew each time they are asked for, because a helper's token may live shorter than a run.
 */

import { UserError } from "../../errors.ts";
import type { Credentials, FindCredentials } from "./credentials.ts";
import { askCredentialHelper } from "./credential-helper.ts";
import { readDockerConfig, type AuthEntry, type DockerConfig, type Environment } from "./docker-config.ts";

/** The name under which Docker keeps the credentials of Docker Hub. */
export const DOCKER_HUB = "https://index.docker.io/v1/";

const DOCKER_HUB_HOSTS = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** Finds credentials where Docker's client keeps them. Broken configuration and failing helpers are `UserError`s. */
export function dockerCredentials(environment: Environment): FindCredentials {
  return async (registry, signal) => {
    const config = await readDockerConfig(environment);
    const server = DOCKER_HUB_HOSTS.has(registry) ? DOCKER_HUB : registry;
    const helper = config.credHelpers[registry] ?? config.credHelpers[server] ?? config.credsStore;
    if (helper !== undefined) return askCredentialHelper(helper, server, environment, signal);
    return parseEntry(findEntry(config, server), registry);
  };
}

/** What `X-Registry-Auth` of the Docker Engine API carries; empty where there are no credentials. */
export function formatAuthConfig(
  credentials: Credentials | undefined,
  registry: string,
): Readonly<Record<string, string>> {
  const serveraddress = DOCKER_HUB_HOSTS.has(registry) ? DOCKER_HUB : registry;
  switch (credentials?.kind) {
    case undefined:
      return {};
    case "password":
      return { username: credentials.username, password: credentials.password, serveraddress };
    case "identity":
      return { identitytoken: credentials.token, serveraddress };
    case "bearer":
      return { registrytoken: credentials.token, serveraddress };
  }
}

/** `text` without the secret that the credentials hold. */
export function redact(text: string, credentials: Credentials | undefined): string {
  if (credentials === undefined) return text;
  const secret = credentials.kind === "password" ? credentials.password : credentials.token;
  return secret === "" ? text : text.replaceAll(secret, "***");
}

/** Docker takes the exact key, or else any key (`https://host/v1/`, `host/path`) of the same host. */
function findEntry({ auths }: DockerConfig, server: string): AuthEntry | undefined {
  return auths[server] ?? Object.entries(auths).find(([key]) => hostOf(key) === hostOf(server))?.[1];
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function parseEntry(entry: AuthEntry | undefined, registry: string): Credentials | undefined {
  if (entry?.identitytoken !== undefined) return { kind: "identity", token: entry.identitytoken };
  if (entry?.registrytoken !== undefined) return { kind: "bearer", token: entry.registrytoken };
  if (entry?.auth !== undefined) return parseBasic(entry.auth, registry);
  if (entry?.username === undefined) return undefined;
  return { kind: "password", username: entry.username, password: entry.password ?? "" };
}

function parseBasic(auth: string, registry: string): Credentials {
  // Some versions of Docker padded the password with zero bytes.
  const text = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = text.indexOf(":");
  if (colon > 0) return { kind: "password", username: text.slice(0, colon), password: text.slice(colon + 1) };
  throw new UserError(`Docker's config.json has broken credentials for ${registry}.`, {
    remedy: `Log in again: docker login ${registry}`,
  });
}
