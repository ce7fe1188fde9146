import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import type { Environment } from "../adapters/credentials/docker-config.ts";
import { openGoogle } from "../adapters/artifact-registry/google.ts";
import { withArtifactRegistry } from "../adapters/artifact-registry/with-artifact-registry.ts";
import type { FindCredentials } from "../adapters/credentials/credentials.ts";
import { dockerCredentials } from "../adapters/credentials/docker-credentials.ts";
import { connectEngine } from "../adapters/engine/connect-engine.ts";
import { openContextFiles } from "../adapters/files/context-files.ts";
import { openLogs } from "../adapters/files/logs.ts";
import { openClient, type Client } from "../adapters/registries/client.ts";
import { openDistribution } from "../adapters/registries/distribution.ts";
import { DEFAULT_TRANSPORT } from "../adapters/registries/transport.ts";
import type { HostSettings } from "../model/registry-settings.ts";
import type { World } from "../operations/world.ts";
import type { Builder, Checkout, Registry, Report } from "../ports.ts";
import { createLimit } from "../schedule/create-limit.ts";
import { clock } from "./clock.ts";
import type { Project } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";

/** The flags that say how registries are asked. */
export interface RegistryFlags {
  readonly lookupConcurrency: number;
}

/** The outside, and where what is to be known of this run is kept. */
export interface RunWorld extends World {
  /** Absolute path of the folder of this run's logs, which may not be there yet. */
  readonly runFolder: string;
}

/**
 * Joins a run to this machine's engine (when it is first needed), to registries, and to the checkout. Logs go to a folder
 * that is there after the run.
 */
export function openWorld(
  outside: Pick<Terminal, "environment">,
  project: Project,
  flags: RegistryFlags,
  report: Report,
  logs = logsFolder(project.checkout),
): RunWorld {
  const { checkout } = project;
  const { registry, findCredentials } = openRegistriesOf(outside, project, flags);
  const runFolder = join(logs, runName());
  const builders = new Map<string, Promise<Builder>>();
  const once = (key: string, join: () => Promise<Builder>) => {
    const joined = builders.get(key) ?? join();
    builders.set(key, joined);
    return joined;
  };
  const joinEngine = (environment: Environment) => connectEngine(environment, findCredentials);
  const scratch = join(checkout.privateFolder(), "buildx");
  return {
    checkout,
    runFolder,
    contextFiles: openContextFiles(checkout.root),
    builder: (choice) =>
      choice.kind === "engine"
        ? once("", () => joinEngine(outside.environment))
        : once(`buildx ${choice.name ?? ""}`, async () => {
            const { connectBuildx } = await import("../adapters/buildx/connect-buildx.ts");
            return connectBuildx(outside.environment, choice, scratch, joinEngine);
          }),
    registry,
    logs: openLogs(runFolder),
    clock,
    report,
  };
}

/** Where each run has a folder of logs. */
export function logsFolder(checkout: Pick<Checkout, "privateFolder">): string {
  return join(checkout.privateFolder(), "logs");
}

/** Registries, and what they and the engine know us by. */
export interface Registries {
  readonly registry: Registry;
  /** What is beneath it: for what only the distribution API can do. */
  readonly client: Client;
  readonly findCredentials: FindCredentials;
}

/** The registries, as the configuration says that they are reached. */
export function openRegistriesOf(
  { environment }: Pick<Terminal, "environment">,
  { checkout, configured }: Project,
  { lookupConcurrency }: RegistryFlags,
): Registries {
  const hosts = [...configured.registries].map(([host, { ca, ...settings }]): [string, HostSettings] => [
    host,
    { ...settings, ...(ca === undefined ? {} : { ca: resolve(checkout.root, ca) }) },
  ]);
  const google = openGoogle(environment, dockerCredentials(environment));
  const client = openClient(google.findCredentials, {
    transport: { ...DEFAULT_TRANSPORT, hosts: new Map(hosts), environment },
    limit: createLimit(lookupConcurrency),
  });
  const registry = withArtifactRegistry(openDistribution(client), google, client);
  return { registry, client, findCredentials: google.findCredentials };
}

/** A tag that no other run has. */
export function newLocalTag(): string {
  return `manage-images-${randomUUID()}`;
}

/** Sorts by time, and differs for runs that start at the same moment. */
function runName(): string {
  return `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}`;
}
