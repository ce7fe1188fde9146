import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
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
  /** `http://` and the host. */
  readonly url: string;
  /** Takes away all repositories whose names begin with a folder, as if nobody had ever pushed there. */
  readonly forget: (folder: string) => Promise<void>;
  /** Ends the registry and removes what was pushed to it. */
  readonly stop: () => Promise<void>;
}

/** Starts an empty registry (CNCF Distribution) on a free loopback port; with `login`, only `LOGIN` may use it. */
export async function startRegistry(options: { readonly login?: boolean } = {}): Promise<LocalRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const { folder: files, stop } = await startGuarded(
    "registry",
    async (folder) => {
      await writeFile(join(folder, "htpasswd"), `${HTPASSWD}\n`);
      await writeFile(
        join(folder, "registry.json"),
        JSON.stringify(configuration(folder, options.login === true)),
      );
      return registryCommand(folder, host);
    },
    () => answers(`http://${host}/v2/`),
  );
  const repositories = join(files, "data/docker/registry/v2/repositories");
  const forget = (folder: string) => rm(join(repositories, folder), { recursive: true, force: true });
  return { host, url: `http://${host}`, forget, stop };
}

/** See https://distribution.github.io/distribution/about/configuration/ (JSON is YAML). */
function configuration(folder: string, needsLogin: boolean): object {
  return {
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    ...(needsLogin ? { auth: { htpasswd: { realm: "tests", path: join(folder, "htpasswd") } } } : {}),
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

/** 401 is an answer, too. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  await response?.body?.cancel();
  return response !== undefined;
}
