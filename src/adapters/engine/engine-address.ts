import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DockerOptions } from "dockerode";
import { UserError } from "../../errors.ts";
import {
  asObject,
  dockerConfigFolder,
  readDockerConfig,
  readJsonObject,
  variable,
  type Environment,
} from "../credentials/docker-config.ts";

/** Where an engine is, and how it is spoken to. */
export interface EngineAddress {
  /** For messages: `unix:///var/run/docker.sock`. */
  readonly name: string;
  readonly options: DockerOptions;
}

/**
 * The engine that the `docker` command would use: `DOCKER_HOST`, or else the context of `DOCKER_CONTEXT` or of `config.json`,
 * or else the default socket or a rootless engine's. What cannot be used is a `UserError`.
 */
export async function findEngineAddress(environment: Environment): Promise<EngineAddress> {
  const host = variable(environment, "DOCKER_HOST");
  if (host !== undefined) return parseHost(host, await environmentCertificates(environment));
  const context =
    variable(environment, "DOCKER_CONTEXT") ?? (await readDockerConfig(environment)).currentContext;
  if (context !== undefined && context !== "default") return contextAddress(context, environment);
  return socketAddress(await findSocket(environment));
}

/** Files for TLS: the engine's authority, and the client's own certificate and key. */
type Certificates = Readonly<Partial<Record<"ca" | "cert" | "key", Buffer>>>;

async function environmentCertificates(environment: Environment): Promise<Certificates | undefined> {
  if (variable(environment, "DOCKER_TLS_VERIFY") === undefined) return undefined;
  return readCertificates(variable(environment, "DOCKER_CERT_PATH") ?? dockerConfigFolder(environment));
}

/** As `docker context create` writes it: `contexts/meta/<hash of the name>/meta.json`, TLS files in `contexts/tls`. */
async function contextAddress(context: string, environment: Environment): Promise<EngineAddress> {
  const contexts = join(dockerConfigFolder(environment), "contexts");
  const id = createHash("sha256").update(context).digest("hex");
  const path = join(contexts, "meta", id, "meta.json");
  const endpoints = asObject((await readJsonObject(path))["Endpoints"], path);
  const host = asObject(endpoints["docker"], path)["Host"];
  if (typeof host === "string")
    return parseHost(host, await readCertificates(join(contexts, "tls", id, "docker")));
  throw new UserError(`There is no Docker context "${context}".`, {
    remedy: "`docker context ls` lists them; `docker context use` chooses one.",
  });
}

async function readCertificates(folder: string): Promise<Certificates | undefined> {
  const names = ["ca", "cert", "key"] as const;
  const files = await Promise.all(
    names.map(
      async (name) => [name, await readFile(join(folder, `${name}.pem`)).catch(() => undefined)] as const,
    ),
  );
  const found = files.filter(([, bytes]) => bytes !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function parseHost(host: string, certificates: Certificates | undefined): EngineAddress {
  if (host.startsWith("unix://")) return socketAddress(host.slice("unix://".length));
  if (host.startsWith("npipe://")) return socketAddress(host.slice("npipe://".length));
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol === "ssh:") throw sshHost(host);
  if (url === undefined || !["tcp:", "http:", "https:"].includes(url.protocol)) throw unknownHost(host);
  const secure = certificates !== undefined || url.protocol === "https:";
  const port = url.port || (secure ? "2376" : "2375");
  const options = { host: url.hostname, port, protocol: secure ? "https" : "http", ...certificates } as const;
  return { name: `tcp://${url.hostname}:${port}`, options };
}

/** The host is emptied because dockerode would take it from this process's own environment. */
function socketAddress(socketPath: string): EngineAddress {
  return { name: `unix://${socketPath}`, options: { socketPath, host: "", protocol: "http" } };
}

async function findSocket(environment: Environment): Promise<string> {
  const runtime = variable(environment, "XDG_RUNTIME_DIR");
  const home = variable(environment, "HOME");
  const others = [
    ...(runtime !== undefined ? [join(runtime, "docker.sock")] : []),
    ...(home !== undefined ? [join(home, ".docker", "run", "docker.sock")] : []),
  ];
  const candidates = ["/var/run/docker.sock", ...others];
  const there = await Promise.all(
    candidates.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return candidates.find((_, index) => there[index]) ?? "/var/run/docker.sock";
}

function sshHost(host: string): UserError {
  return new UserError(`The Docker engine ${host} can only be reached by ssh, which is not supported.`, {
    remedy:
      "Forward its socket (ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/engine.sock.",
  });
}

function unknownHost(host: string): UserError {
  return new UserError(`"${host}" is no address of a Docker engine.`, {
    remedy: "Write DOCKER_HOST as unix:///path/of/docker.sock or tcp://host:port.",
  });
}
