import { UserError } from "../../errors.ts";
import type { Attention, BuildRequest } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { buildFailed } from "./build-failed.ts";
import { statusResponse } from "../buildkit/messages.ts";
import type { Engine } from "./engine.ts";
import { contextTree, memoryTree } from "../buildkit/file-tree.ts";
import { openLoading } from "./load-image.ts";
import { PlainLog } from "../buildkit/plain-log.ts";
import { openSession, type Session } from "../buildkit/session.ts";

/**
 * Builds an image with the engine's BuildKit. A build that fails is a `UserError` with the step; one that is aborted rejects
 * with the signal's reason, and the engine ends its work at once.
 */
export async function buildImage(
  engine: Engine,
  findCredentials: FindCredentials,
  request: BuildRequest,
  attention: Attention,
): Promise<void> {
  const context = contextTree(request.contextDirectory, request.contextEntries);
  const trees = { context, dockerfile: dockerfileTree(request.dockerfile) };
  const loading = request.reproducible
    ? await openLoading(engine, request.image, attention.signal)
    : undefined;
  const session = await openSession(engine, { trees, findCredentials, ...loading }, attention.signal);
  try {
    const isDone = await followBuild(engine, session, request, attention);
    if (!isDone && loading?.isDone() !== true) throw brokenOff(request.image, engine.address);
  } catch (error) {
    attention.signal.throwIfAborted();
    throw session.failure() ?? error;
  } finally {
    session.close();
  }
}

/** The ignore file keeps the frontend from looking for one in the context, which has been filtered already. */
function dockerfileTree(dockerfile: Uint8Array) {
  return memoryTree({
    Dockerfile: dockerfile,
    "Dockerfile.dockerignore": Buffer.from("# filtered already\n"),
  });
}

/** Whether the engine says that it has the image now. */
async function followBuild(
  engine: Engine,
  session: Session,
  request: BuildRequest,
  attention: Attention,
): Promise<boolean> {
  const { signal } = attention;
  const log = new PlainLog(attention);
  let isDone = false;
  for await (const { id, aux, error } of engine.post("/build", {
    query: formatQuery(request, session.id),
    signal,
  })) {
    if (error !== undefined) throw buildFailed(request.image, log.failedStep, error);
    if (id === "moby.buildkit.trace") log.take(statusResponse.decode(Buffer.from(String(aux), "base64")));
    if (id === "moby.image.id") isDone = true;
  }
  return isDone;
}

/** The parameters of `POST /build` (https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Image/operation/ImageBuild). */
function formatQuery(request: BuildRequest, session: string): Readonly<Record<string, unknown>> {
  const { target, network } = request;
  return {
    version: "2",
    remote: "client-session",
    session,
    t: request.names,
    platform: request.platforms[0],
    buildargs: JSON.stringify(request.args),
    labels: JSON.stringify(request.labels),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { networkmode: network }),
    ...(request.reproducible ? { outputs: rewritten(request.names) } : {}),
    ...(request.noCache ? { nocache: "1" } : {}),
    ...(request.pull ? { pull: "1" } : {}),
  };
}

/**
 * What BuildKit puts into an engine's store itself it does not rewrite; only what it sends to the client
 * (https://github.com/moby/buildkit/issues/4230).
 */
function rewritten(names: readonly string[]): string {
  return JSON.stringify([{ Type: "docker", Attrs: { name: names.join(","), "rewrite-timestamp": "true" } }]);
}

function brokenOff(image: string, address: string): UserError {
  return new UserError(`The Docker engine at ${address} broke off the build of ${image} without an answer.`, {
    remedy: "See whether the engine is still running (`docker info`), and run again.",
  });
}
