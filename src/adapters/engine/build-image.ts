import { UserError } from "../../errors.ts";
import type { Attention, BuildRequest } from "../../ports.ts";
import { parseCache, type CacheOption } from "../buildkit/cache-options.ts";
import { contextTree, memoryTree, type TreeNode } from "../buildkit/file-tree.ts";
import { frontendAttributes, namedTree } from "../buildkit/frontend-attributes.ts";
import { CallError } from "../buildkit/grpc-connection.ts";
import { PlainLog } from "../buildkit/plain-log.ts";
import { checkSecrets, readSecret } from "../buildkit/secrets.ts";
import { openSession } from "../buildkit/session.ts";
import { agentOf, findAgents } from "../buildkit/ssh-agents.ts";
import { solve, type Task } from "../buildkit/solve.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import type { Environment } from "../credentials/docker-config.ts";
import { buildFailed } from "./build-failed.ts";
import type { Engine } from "./engine.ts";
import { openLoading } from "./load-image.ts";

/** What builds are made with. */
export interface Building {
  readonly engine: Engine;
  readonly findCredentials: FindCredentials;
  /** Where secrets may come from. */
  readonly environment: Environment;
}

/** The frontend's name for the tree of a build's own context. */
const CONTEXT = "context";

/**
 * Builds an image with the engine's BuildKit. A build that fails is a `UserError` with the step; one that is aborted rejects
 * with the signal's reason, and the engine ends its work at once.
 */
export async function buildImage(
  { engine, findCredentials, environment }: Building,
  request: BuildRequest,
  attention: Attention,
): Promise<void> {
  const secrets = request.extras?.secrets ?? {};
  await checkSecrets(environment, request.image, secrets);
  const agents = findAgents(environment, request.image, request.extras?.ssh ?? []);
  const loading = request.reproducible
    ? await openLoading(engine, request.image, attention.signal)
    : undefined;
  const answers = {
    trees: treesOf(request),
    findCredentials,
    secret: (id: string) => readSecret(environment, secrets, id),
    agent: (id: string) => agentOf(agents, id),
    reads: (tree: string, paths: readonly string[]) =>
      tree === CONTEXT ? attention.reads?.(paths) : undefined,
    ...loading,
  };
  const session = await openSession(engine, answers, attention.signal);
  const log = new PlainLog(attention);
  const take = log.take.bind(log);
  try {
    await solve(engine, taskOf(request, session.id), take, attention.signal);
    if (loading?.isDone() === false) throw brokenOff(request.image, engine.address);
  } catch (error) {
    attention.signal.throwIfAborted();
    throw session.failure() ?? explain(request.image, engine.address, log, error);
  } finally {
    session.close();
  }
}

function treesOf({ contextDirectory, contextEntries, dockerfile, extras }: BuildRequest) {
  const named = Object.entries(extras?.contexts ?? {}).flatMap(([name, source]) =>
    "url" in source ? [] : [[namedTree(name), contextTree(source.directory, source.entries)] as const],
  );
  return {
    ...Object.fromEntries<readonly TreeNode[]>(named),
    [CONTEXT]: contextTree(contextDirectory, contextEntries),
    dockerfile: dockerfileTree(dockerfile, extras?.gitContext !== undefined),
  };
}

/** The ignore file keeps the frontend from looking for one in the context, which has been filtered already, unless it is git's. */
function dockerfileTree(dockerfile: Uint8Array, isAlone: boolean): readonly TreeNode[] {
  const ignore = { "Dockerfile.dockerignore": Buffer.from("# filtered already\n") };
  return memoryTree({ Dockerfile: dockerfile, ...(isAlone ? {} : ignore) });
}

function taskOf(request: BuildRequest, session: string): Task {
  const name = request.names.join(",");
  return {
    session,
    attributes: frontendAttributes(request),
    exporter: request.reproducible
      ? { type: "docker", attributes: { name, "rewrite-timestamp": "true" } }
      : { type: "moby", attributes: { name } },
    caches: { from: cachesOf(request.extras?.cacheFrom), to: cachesOf(request.extras?.cacheTo) },
    entitlements: request.network === "host" ? ["network.host"] : [],
  };
}

function cachesOf(texts: readonly string[] = []): readonly CacheOption[] {
  return texts.flatMap((text) => parseCache(text) ?? []);
}

function explain(image: string, address: string, log: PlainLog, error: unknown): unknown {
  if (error instanceof CallError) return buildFailed(image, log.failedStep, error.message);
  return error instanceof UserError ? error : brokenOff(image, address, error);
}

function brokenOff(image: string, address: string, cause?: unknown): UserError {
  return new UserError(`The Docker engine at ${address} broke off the build of ${image} without an answer.`, {
    remedy: "See whether the engine is still running (`docker info`), and run again.",
    cause,
  });
}
