/** What BuildKit is answered in a session: the services that it may call, and what they say. */
import * as grpc from "@grpc/grpc-js";
import type { Credentials, FindCredentials } from "../credentials/credentials.ts";
import type { TreeNode } from "./file-tree.ts";
import { pathsIn } from "./asked-paths.ts";
import {
  agentRequest,
  agentResponse,
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
import { sendTree, type FileStream } from "./send-tree.ts";
import { forwardAgent, type AgentStream } from "./ssh-agents.ts";

/** What BuildKit may ask for in a session. */
export interface SessionAnswers {
  /** The trees of files, by the name by which the Dockerfile frontend knows them. */
  readonly trees: Readonly<Record<string, readonly TreeNode[]>>;
  /** Is told what of a tree is read before it is sent: no paths are all of it. Where it rejects, the tree is not sent. */
  readonly reads?: (tree: string, paths: readonly string[]) => Promise<void> | undefined;
  /** The bytes of a secret; `undefined` where there is none of that id. */
  readonly secret: (id: string) => Promise<Uint8Array | undefined>;
  /** Where the SSH agent of an id listens; `undefined` where there is none. */
  readonly agent: (id: string) => string | undefined;
  readonly findCredentials: FindCredentials;
  /** Takes the tar of an image that the build exports; one that exports none needs it not. */
  readonly takeImage?: (tar: AsyncIterable<Uint8Array>) => Promise<void>;
}

type ImageStream = grpc.ServerDuplexStream<BytesMessage, BytesMessage>;

const DIFF_COPY = "/moby.filesync.v1.FileSync/DiffCopy";
const SEND_IMAGE = "/moby.filesync.v1.FileSend/DiffCopy";
const CREDENTIALS = "/moby.filesync.v1.Auth/Credentials";
const SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const CHECK_AGENT = "/moby.sshforward.v1.SSH/CheckAgent";
const FORWARD_AGENT = "/moby.sshforward.v1.SSH/ForwardAgent";
/** Without an answer to this one BuildKit gives the session up after a few seconds. */
const HEALTH = "/grpc.health.v1.Health/Check";
const SERVING = 1;

/** The paths of all that is answered. */
export const METHODS = [
  ...[DIFF_COPY, SEND_IMAGE, CREDENTIALS, SECRET],
  ...[CHECK_AGENT, FORWARD_AGENT, HEALTH],
];

/** The server of a session; `fail` is told what goes wrong on this side. */
export function serverOf(
  { trees, reads, findCredentials, secret, agent, takeImage }: SessionAnswers,
  fail: (error: unknown) => void,
): grpc.Server {
  const server = new grpc.Server();
  server.addService(
    { DiffCopy: { ...method(DIFF_COPY, packet, packet), requestStream: true, responseStream: true } },
    {
      DiffCopy: (stream: FileStream) => {
        void answer(stream, () => sendFiles(stream, trees, reads), fail);
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
        void answer(stream, () => receiveImage(stream, takeImage), fail);
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
    {
      CheckAgent: method(CHECK_AGENT, agentRequest, agentResponse),
      ForwardAgent: {
        ...method(FORWARD_AGENT, bytesMessage, bytesMessage),
        requestStream: true,
        responseStream: true,
      },
    },
    {
      CheckAgent: answerBy(({ ID }: { ID: string }) => checkAgent(agent, ID), fail),
      ForwardAgent: (stream: AgentStream) => {
        void answer(stream, () => speakWithAgent(stream, agent), fail);
      },
    },
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

/** Does the work of a stream and ends it. What goes wrong is told on both sides, unless the other side has gone. */
async function answer<Request, Response>(
  stream: grpc.ServerDuplexStream<Request, Response>,
  work: () => Promise<void>,
  fail: (error: unknown) => void,
): Promise<void> {
  try {
    await work();
    stream.end();
  } catch (error) {
    if (stream.cancelled) return;
    if (!(error instanceof NotThere)) fail(error);
    stream.emit("error", refusal(error));
  }
}

async function sendFiles(
  stream: FileStream,
  trees: SessionAnswers["trees"],
  reads: SessionAnswers["reads"],
): Promise<void> {
  const name = stream.metadata.get("dir-name").join();
  const tree = Object.hasOwn(trees, name) ? trees[name] : undefined;
  if (tree === undefined) throw new Error(`There is no source "${name}".`);
  await reads?.(name, pathsIn(stream.metadata));
  await sendTree(stream, tree);
}

async function receiveImage(stream: ImageStream, takeImage: SessionAnswers["takeImage"]): Promise<void> {
  if (takeImage === undefined) throw new Error("There is nobody to take an image.");
  await takeImage(bytesOf(stream));
}

async function speakWithAgent(stream: AgentStream, agent: SessionAnswers["agent"]): Promise<void> {
  await forwardAgent(stream, socketOf(agent, stream.metadata.get("buildkit.ssh.id").join()));
}

async function checkAgent(agent: SessionAnswers["agent"], id: string): Promise<object> {
  await Promise.resolve(socketOf(agent, id));
  return {};
}

function socketOf(agent: SessionAnswers["agent"], id: string): string {
  const socket = agent(id);
  if (socket === undefined) throw new NotThere(`There is no SSH agent "${id}".`);
  return socket;
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

/** What a step can do without. */
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
