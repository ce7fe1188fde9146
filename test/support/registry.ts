import { rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { isInstalled } from "./engine.ts";
import { startGuarded } from "./guarded.ts";

/** Who may use a registry that is started with `login: true`. */
export const LOGIN = { user: "tester", password: "not-a-secret" } as const;
/** `LOGIN` as htpasswd has it (bcrypt), because Node has no bcrypt. */
const HTPASSWD = "tester:$2y$04$manageimagesmanageima.lE/FJmvjRMbuoiyaRwyc2xZE3ndzVQC";

/** A registry on this machine. */
export interface LocalRegistry {
  /** `127.0.0.1:PORT`, which Docker takes for a registry that needs no TLS. */
  readonly host: string;
  /** `http://` (`https://` with `tls`) and the host. */
  readonly url: string;
  /** The folder of all that was pushed to it. */
  readonly data: string;
  /** Takes away all repositories whose names begin with a folder, as if nobody had ever pushed there. */
  readonly forget: (folder: string) => Promise<void>;
  /** Ends the registry and removes what was pushed to it, unless that is another's. */
  readonly stop: () => Promise<void>;
}

/** How a registry is guarded, and what it has. */
export interface RegistryOptions {
  /** Only `LOGIN` may use it. */
  readonly login?: boolean;
  /** Only who has a token of this server may use it; `certificates` are what it signs with. */
  readonly tokens?: { readonly auth: object; readonly certificates: Certificates };
  /** It is spoken to with TLS. */
  readonly tls?: Certificates;
  /** It has what another one has, and takes what it gets to there. */
  readonly data?: string;
}

/** Starts a registry (CNCF Distribution) on a free loopback port; an empty one, if not said otherwise. */
export async function startRegistry(options: RegistryOptions = {}): Promise<LocalRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const { folder: files, stop } = await startGuarded(
    "registry",
    async (folder) => {
      await writeFile(join(folder, "htpasswd"), `${HTPASSWD}\n`);
      await writeCertificates(folder, options);
      await writeFile(join(folder, "registry.json"), JSON.stringify(configuration(folder, options)));
      return registryCommand(folder, host);
    },
    () => answers(host),
  );
  const data = options.data ?? join(files, "data");
  const repositories = join(data, "docker/registry/v2/repositories");
  const forget = (folder: string) => rm(join(repositories, folder), { recursive: true, force: true });
  return { host, url: `${options.tls === undefined ? "http" : "https"}://${host}`, data, forget, stop };
}

async function writeCertificates(folder: string, { tls, tokens }: RegistryOptions): Promise<void> {
  await writeFile(join(folder, "tls.crt"), tls?.certificate ?? "");
  await writeFile(join(folder, "tls.key"), tls?.key ?? "");
  await writeFile(join(folder, "tokens.crt"), tokens?.certificates.ca ?? "");
}

/** See https://distribution.github.io/distribution/about/configuration/ (JSON is YAML). */
function configuration(folder: string, { login, tokens, tls, data }: RegistryOptions): object {
  const htpasswd = { realm: "tests", path: join(folder, "htpasswd") };
  const token = { ...tokens?.auth, rootcertbundle: join(folder, "tokens.crt") };
  const pair = { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  return {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: data ?? join(folder, "data") }, delete: { enabled: true } },
    ...(login === true ? { auth: { htpasswd } } : {}),
    ...(tokens === undefined ? {} : { auth: { token } }),
    ...(tls === undefined ? {} : { http: { tls: pair } }),
  };
}

/** Debian has the registry as a program; elsewhere it is run in a container. */
async function registryCommand(folder: string, host: string): Promise<readonly string[]> {
  const file = join(folder, "registry.json");
  if (await isInstalled("docker-registry")) {
    return ["env", `REGISTRY_HTTP_ADDR=${host}`, "docker-registry", "serve", file];
  }
  const published = ["--publish", `${host}:5000`, "--env", "REGISTRY_HTTP_ADDR=:5000"];
  return [
    "docker",
    "run",
    "--rm",
    ...published,
    "--volume",
    `${folder}:${folder}`,
    "registry:2",
    "serve",
    file,
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** Whether somebody listens there. */
async function answers(host: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${host}`);
  const socket = connect(Number(port), hostname);
  const isThere = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isThere;
}
