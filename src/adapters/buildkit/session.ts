/**
 * The client's side of a build: while it goes on, the engine's BuildKit calls back over one connection, and is answered with
 * the Dockerfile, the files of contexts, secrets, and the credentials for the bases it pulls.
 *
 * The files go this way, and not as a tar with the request, for three reasons. The Dockerfile is a source of its own, so that
 * the context holds what the user's does and nothing else, although the Dockerfile that is built differs from the one in the
 * working tree. It works with both of the engine's image stores, where the tar fails with containerd's. And each registry gets
 * its own credentials. It is what `docker build` did before buildx, and what buildx does.
 */

import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import type { Credentials, FindCredentials } from "../credentials/credentials.ts";
import {
  bytesMessage,
  credentialsRequest,
  credentialsResponse,
  healthCheckRequest,
  healthCheckResponse,
  packet,
  secretRequest,
  secretResponse,
  type BytesMessage,
  type Codec,
} from "./messages.ts";

import type { TreeNode } from "./file-tree.ts";
import { sendTree, type FileStream } from "./send-tree.ts";

/** What BuildKit may ask for in a session. */
export interface SessionAnswers {
  /** The trees of files, by the name by which the Dockerfile frontend knows them. */
  readonly trees: Readonly<Record<string, readonly TreeNode[]>>;
  /** The bytes of a secret; `undefined` where there is none of that id. */
  readonly secret: (id: string) => Promise<Uint8Array | undefined>;
  readonly findCredentials: FindCredentials;
  /** Takes the tar of an image that the build exports; one that exports none needs it not. */
  readonly takeImage?: (tar: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** An engine, whose API leads to its BuildKit. */
export interface Upgrading {
  /** POST that turns the connection into another protocol's. */
  upgrade(path: string, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<Duplex>;
}

/** A session that is open. */
export interface Session {
  readonly id: string;
  /** What went wrong on this side, if anything did: it explains the builder's error better than the builder can. */
  failure(): unknown;
  /** Ends the connection at once. */
  close(): void;
}

type ImageStream = grpc.ServerDuplexStream<BytesMessage, BytesMessage>;

const DIFF_COPY = "/moby.filesync.v1.FileSync/DiffCopy";
const SEND_IMAGE = "/moby.filesync.v1.FileSend/DiffCopy";
const CREDENTIALS = "/moby.filesync.v1.Auth/Credentials";
const SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
/** Without an answer to this one BuildKit gives the session up after a few seconds. */
const HEALTH = "/grpc.health.v1.Health/Check";
const SERVING = 1;

/** Opens a session with the engine's BuildKit. */
export async function openSession(
  engine: Upgrading,
  answers: SessionAnswers,
  signal: AbortSignal,
): Promise<Session> {
  const id = randomUUID();
  let failure: unknown;
  const server = createServer(answers, (error) => {
    failure ??= error;
  });
  const socket = await engine.upgrade("/session", sessionHeaders(id), signal);
  // Reported by the build's own connection.
  socket.on("error", () => undefined);
  server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    failure: () => failure,
    close: () => {
      close(server, socket);
    },
  };
}

/**
 * With a key of its own a session shares no files with earlier ones: BuildKit takes a file of the same size and time for
 * unchanged, and here all times are the same.
 */
function sessionHeaders(id: string) {
  return {
    Upgrade: "h2c",
    "X-Docker-Expose-Session-Uuid": id,
    "X-Docker-Expose-Session-Name": "manage-images",
    "X-Docker-Expose-Session-Sharedkey": id,
    "X-Docker-Expose-Session-Grpc-Method": [DIFF_COPY, SEND_IMAGE, CREDENTIALS, SECRET, HEALTH],
  };
}

function createServer(
  { trees, findCredentials, secret, takeImage }: SessionAnswers,
  fail: (error: unknown) => void,
): grpc.Server {
  const server = new grpc.Server();
  server.addService(
    { DiffCopy: { ...method(DIFF_COPY, packet, packet), requestStream: true, responseStream: true } },
    {
      DiffCopy: (stream: FileStream) => {
        void answerFiles(stream, trees, fail);
      },
    },
  );
  server.addService(
    {
      DiffCopy: {
        ...method(SEND_IMAGE, bytesMessage, bytesMessage),
        requestStream: true,
        responseStream: true,
      },
    },
    {
      DiffCopy: (stream: ImageStream) => {
        void answerImage(stream, takeImage, fail);
      },
    },
  );
  server.addService(
    { Credentials: method(CREDENTIALS, credentialsRequest, credentialsResponse) },
    { Credentials: answerBy(({ Host }: { Host: string }) => lookUp(findCredentials, Host), fail) },
  );
  server.addService(
    { GetSecret: method(SECRET, secretRequest, secretResponse) },
    { GetSecret: answerBy(({ ID }: { ID: string }) => findSecret(secret, ID), fail) },
  );
  server.addService(
    { Check: method(HEALTH, healthCheckRequest, healthCheckResponse) },
    { Check: answerBy(() => Promise.resolve({ status: SERVING }), fail) },
  );
  return server;
}

function method<Request, Response>(path: string, request: Codec<Request>, response: Codec<Response>) {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

async function answerFiles(
  stream: FileStream,
  trees: SessionAnswers["trees"],
  fail: (error: unknown) => void,
): Promise<void> {
  const name = stream.metadata.get("dir-name").join();
  const tree = Object.hasOwn(trees, name) ? trees[name] : undefined;
  try {
    if (tree === undefined) throw new Error(`There is no source "${name}".`);
    await sendTree(stream, tree);
    stream.end();
  } catch (error) {
    if (stream.cancelled) return;
    fail(error);
    stream.emit("error", refusal(error));
  }
}

async function answerImage(
  stream: ImageStream,
  takeImage: SessionAnswers["takeImage"],
  fail: (error: unknown) => void,
): Promise<void> {
  try {
    if (takeImage === undefined) throw new Error("There is nobody to take an image.");
    await takeImage(bytesOf(stream));
    stream.end();
  } catch (error) {
    if (stream.cancelled) return;
    fail(error);
    stream.emit("error", refusal(error));
  }
}

async function* bytesOf(stream: ImageStream): AsyncGenerator<Uint8Array> {
  const messages = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<BytesMessage>;
  for await (const { data } of messages) yield data;
}

function answerBy<Request, Response>(
  answer: (request: Request) => Promise<Response>,
  fail: (error: unknown) => void,
) {
  return (call: grpc.ServerUnaryCall<Request, Response>, reply: grpc.sendUnaryData<Response>): void => {
    answer(call.request).then(
      (response) => {
        reply(null, response);
      },
      (error: unknown) => {
        if (!(error instanceof NotThere)) fail(error);
        reply(refusal(error));
      },
    );
  };
}

function refusal(error: unknown): { readonly code: grpc.status; readonly details: string } {
  const code = error instanceof NotThere ? grpc.status.NOT_FOUND : grpc.status.ABORTED;
  return { code, details: (error as Error).message };
}

/** A secret that a step can do without. */
class NotThere extends Error {}

async function findSecret(secret: SessionAnswers["secret"], id: string) {
  const data = await secret(id);
  if (data === undefined) throw new NotThere(`There is no secret "${id}".`);
  return { data };
}

async function lookUp(findCredentials: FindCredentials, host: string) {
  return formatCredentials(await findCredentials(host));
}

/** BuildKit takes a secret without a name for an identity token. */
function formatCredentials(credentials: Credentials | undefined): {
  readonly Username?: string;
  readonly Secret?: string;
} {
  if (credentials === undefined) return {};
  if (credentials.kind === "password")
    return { Username: credentials.username, Secret: credentials.password };
  return { Secret: credentials.token };
}

function close(server: grpc.Server, socket: Duplex): void {
  server.forceShutdown();
  socket.destroy();
}
