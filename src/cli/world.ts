import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { dockerCredentials } from "../adapters/credentials/docker-credentials.ts";
import { connectEngine } from "../adapters/engine/connect-engine.ts";
import { openContextFiles } from "../adapters/files/context-files.ts";
import { openLogs } from "../adapters/files/logs.ts";
import { openRegistries } from "../adapters/registries/distribution.ts";
import type { World } from "../operations/world.ts";
import type { Builder, Checkout, Clock, Report } from "../ports.ts";
import type { Terminal } from "./terminal.ts";

/** This machine's clock. */
export const clock: Clock = {
  now: () => performance.now() / 1000,
  sleep: async (seconds, signal) => {
    await pause(seconds * 1000, undefined, { signal });
  },
};

/** Joins a run to this machine's engine (when it is first needed), to registries, and to the checkout. */
export function openWorld(terminal: Terminal, checkout: Checkout, report: Report): World {
  const findCredentials = dockerCredentials(terminal.environment);
  let builder: Promise<Builder> | undefined;
  return {
    checkout,
    contextFiles: openContextFiles(checkout.root),
    builder: () => (builder ??= connectEngine(terminal.environment, findCredentials)),
    registry: openRegistries(findCredentials),
    logs: openLogs(join(logsFolder(checkout), runName())),
    clock,
    report,
  };
}

/** Where each run has a folder of logs. */
export function logsFolder(checkout: Pick<Checkout, "privateFolder">): string {
  return join(checkout.privateFolder(), "logs");
}

/** A tag that no other run has. */
export function newLocalTag(): string {
  return `manage-images-${randomUUID()}`;
}

/** Sorts by time, and differs for runs that start at the same moment. */
function runName(): string {
  return `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}`;
}
