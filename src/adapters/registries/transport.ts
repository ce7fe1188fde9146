/**
 * How registries are reached: with TLS but for this machine's and those that are set to be without, as Docker does, with
 * the certificates of authorities that Docker's engine is given for them, and by the proxies that variables name.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { HostSettings, RegistrySettings } from "../../model/registry-settings.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { openAsk } from "../http/ask.ts";
import { isLoopback } from "../http/loopback.ts";
import type { Answer, Ask, Question } from "../http/ways.ts";

/** What is said of registries. */
export interface TransportSettings {
  /** Paths in it are absolute. */
  readonly hosts: RegistrySettings;
  /** Folders like Docker's `/etc/docker/certs.d`: `HOST/*.crt` are certificates of authorities. */
  readonly certificateFolders: readonly string[];
  /** Whose variables name proxies. */
  readonly environment?: Environment;
}

/** Reaches registries. */
export interface Transport {
  /** `https://host`, as the registry is reached. */
  originOf(registry: string): Promise<string>;
  /** Asks what belongs to a registry: itself, its token server, and where it sends us for blobs. */
  ask(registry: string, url: string, question: Question): Promise<Answer>;
}

/** Nothing is said of any registry. */
export const DEFAULT_TRANSPORT: TransportSettings = {
  hosts: new Map(),
  certificateFolders: ["/etc/docker/certs.d"],
};

/** Reads what Docker knows of a registry when it is first asked for. */
export function openTransport(settings: TransportSettings): Transport {
  const routes = new Map<string, Promise<Route>>();
  const routeTo = (registry: string): Promise<Route> => {
    const known = routes.get(registry);
    if (known !== undefined) return known;
    const found = findRoute(registry, settings);
    routes.set(registry, found);
    return found;
  };
  return {
    originOf: async (registry) => (await routeTo(registry)).origin,
    ask: async (registry, url, question) => (await routeTo(registry)).ask(url, question),
  };
}

interface Route {
  readonly origin: string;
  readonly ask: Ask;
}

async function findRoute(
  registry: string,
  { hosts, certificateFolders, environment = {} }: TransportSettings,
): Promise<Route> {
  if (registry === "docker.io")
    return { origin: "https://registry-1.docker.io", ask: openAsk({ environment }) };
  const { http, ca }: HostSettings = hosts.get(registry) ?? {};
  const certificates = [
    ...(ca === undefined ? [] : [await readAuthority(ca, registry)]),
    ...(
      await Promise.all(certificateFolders.map((folder) => readCertificates(join(folder, registry))))
    ).flat(),
  ];
  if (certificates.length > 0 && http !== true)
    return { origin: `https://${registry}`, ask: openAsk({ environment, certificates }) };
  const scheme = (http ?? isLoopback(registry)) ? "http" : "https";
  return { origin: `${scheme}://${registry}`, ask: openAsk({ environment }) };
}

async function readAuthority(file: string, registry: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`The certificates for ${registry} cannot be read: ${file}`, {
      remedy: `Correct \`registries\` in the configuration: ca of ${registry}.`,
      cause: error,
    });
  }
}

/** None where there is no such folder. */
async function readCertificates(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".crt")).map((name) => join(folder, name));
  return Promise.all(files.map((file) => readFile(file, "utf8")));
}
