import { randomUUID } from "node:crypto";
import type { CacheOption } from "./cache-options.ts";
import {
  solveRequest,
  solveResponse,
  statusRequest,
  statusResponse,
  type SolveRequest,
  type StatusResponse,
} from "./messages.ts";
import { overSocket, type GrpcConnection } from "./grpc-connection.ts";
import type { Upgrading } from "./session.ts";

/** What BuildKit is to build, in its own words (`moby.buildkit.v1.SolveRequest`). */
export interface Task {
  /** The session that answers its questions. */
  readonly session: string;
  /** What the Dockerfile frontend is told. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What is done with the result. */
  readonly exporter: { readonly type: string; readonly attributes: Readonly<Record<string, string>> };
  readonly caches: { readonly from: readonly CacheOption[]; readonly to: readonly CacheOption[] };
  readonly entitlements: readonly string[];
}

const SERVICE = "/moby.buildkit.v1.Control";
const SOLVE = { path: `${SERVICE}/Solve`, request: solveRequest, response: solveResponse };
const STATUS = { path: `${SERVICE}/Status`, request: statusRequest, response: statusResponse };
const FRONTEND = "dockerfile.v0";

/** How long the end of the report may come after the end of the build, in milliseconds. */
const PATIENCE = 3_000;

/**
 * Has an engine's BuildKit build an image, by the interface that buildx has to it. Rejects with a `CallError` whose message is
 * BuildKit's, or with the signal's reason; the build is ended then.
 */
export async function solve(
  engine: Upgrading,
  task: Task,
  take: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<void> {
  const connection = overSocket(await engine.upgrade("/grpc", { Upgrade: "h2c" }, signal));
  const ended = new AbortController();
  const ref = randomUUID();
  try {
    const report = follow(connection, ref, take, AbortSignal.any([signal, ended.signal]));
    try {
      await connection.ask(SOLVE, requestFor(ref, task), signal);
    } finally {
      // Which step has failed, and what it said last, may come after that it has.
      const timer = setTimeout(() => {
        ended.abort();
      }, PATIENCE);
      await report;
      clearTimeout(timer);
    }
  } finally {
    ended.abort();
    connection.close();
  }
}

/** What has become of the build is said by its own answer: a report that breaks off is no failure. */
async function follow(
  connection: GrpcConnection,
  Ref: string,
  take: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const status of connection.follow(STATUS, { Ref }, signal)) take(status);
  } catch {
    return;
  }
}

function requestFor(
  Ref: string,
  { session, attributes, exporter, caches, entitlements }: Task,
): SolveRequest {
  return {
    Ref,
    // Engines of before 25 know but one exporter for each build.
    ExporterDeprecated: exporter.type,
    ExporterAttrsDeprecated: exporter.attributes,
    Session: session,
    Frontend: FRONTEND,
    FrontendAttrs: { ...attributes, ...importing(caches.from) },
    Cache: { Exports: caches.to },
    Entitlements: entitlements,
  };
}

/** Where caches are taken from is the frontend's affair. */
function importing(caches: readonly CacheOption[]): Readonly<Record<string, string>> {
  return caches.length === 0 ? {} : { "cache-imports": JSON.stringify(caches) };
}
