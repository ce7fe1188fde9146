/**
 * The messages that are exchanged with BuildKit, no more of each than is used here. From moby/buildkit
 * (`api/services/control/control.proto`, `session/auth/auth.proto`, `session/filesync/filesync.proto`,
 * `session/secrets/secrets.proto`, `session/sshforward/ssh.proto`), tonistiigi/fsutil (`types/wire.proto`, `stat.proto`) and
 * gRPC's health checking protocol.
 */

import protobuf from "protobufjs";
import type { CacheOption } from "./cache-options.ts";

const { root } = protobuf.parse(
  `
  syntax = "proto3";

  message SolveRequest {
    string Ref = 1;
    string ExporterDeprecated = 3;
    map<string, string> ExporterAttrsDeprecated = 4;
    string Session = 5;
    string Frontend = 6;
    map<string, string> FrontendAttrs = 7;
    CacheOptions Cache = 8;
    repeated string Entitlements = 9;
  }
  message CacheOptions { repeated CacheOption Exports = 4; }
  message CacheOption { string Type = 1; map<string, string> Attrs = 2; }
  message SolveResponse { map<string, string> ExporterResponse = 1; }
  message StatusRequest { string Ref = 1; }
  message StatusResponse {
    repeated Vertex vertexes = 1;
    repeated VertexStatus statuses = 2;
    repeated VertexLog logs = 3;
    repeated VertexWarning warnings = 4;
  }
  message Vertex {
    string digest = 1;
    string name = 3;
    bool cached = 4;
    Timestamp started = 5;
    Timestamp completed = 6;
    string error = 7;
  }
  message VertexStatus { string ID = 1; string vertex = 2; Timestamp completed = 8; }
  message VertexLog { string vertex = 1; Timestamp timestamp = 2; bytes msg = 4; }
  message VertexWarning { string vertex = 1; bytes short = 3; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }

  message Packet { PacketType type = 1; Stat stat = 2; uint32 ID = 3; bytes data = 4; }
  enum PacketType { STAT = 0; REQUEST = 1; DATA = 2; FINISH = 3; ERROR = 4; }
  message Stat { string path = 1; uint32 mode = 2; int64 size = 5; int64 modTime = 6; string linkname = 7; }

  message BytesMessage { bytes data = 1; }

  message CredentialsRequest { string Host = 1; }
  message CredentialsResponse { string Username = 1; string Secret = 2; }

  message GetSecretRequest { string ID = 1; }
  message GetSecretResponse { bytes data = 1; }

  message CheckAgentRequest { string ID = 1; }
  message CheckAgentResponse {}

  message HealthCheckRequest {}
  message HealthCheckResponse { int32 status = 1; }
`,
  { keepCase: true },
);

/** Seconds and nanoseconds since 1970. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** What happened in a build since the last message. A step is a "vertex". */
export interface StatusResponse {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly {
    readonly ID: string;
    readonly vertex: string;
    readonly completed: Timestamp | null;
  }[];
  readonly logs: readonly {
    readonly vertex: string;
    readonly timestamp: Timestamp | null;
    readonly msg: Uint8Array;
  }[];
  readonly warnings: readonly { readonly vertex: string; readonly short: Uint8Array }[];
}

/** A step of a build. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: Timestamp | null;
  readonly completed: Timestamp | null;
  readonly error: string;
}

/** A build, and who answers the questions that come up in it. */
export interface SolveRequest {
  /** A name for it, nobody else's. */
  readonly Ref: string;
  readonly ExporterDeprecated: string;
  readonly ExporterAttrsDeprecated: Readonly<Record<string, string>>;
  readonly Session: string;
  readonly Frontend: string;
  readonly FrontendAttrs: Readonly<Record<string, string>>;
  readonly Cache: { readonly Exports: readonly CacheOption[] };
  readonly Entitlements: readonly string[];
}

/** A part of the conversation in which files are sent. A `STAT` without `stat` ends the list of files. */
export interface Packet {
  readonly type: "STAT" | "REQUEST" | "DATA" | "FINISH" | "ERROR";
  readonly stat?: Stat | null;
  /** Index of the file in the list. */
  readonly ID?: number;
  readonly data?: Uint8Array;
}

/** A file as it is listed. Owner and group are left out: they are 0, root. */
export interface Stat {
  /** With `/`. */
  readonly path: string;
  /** Go's `os.FileMode`: the permission bits, and one bit for the kind. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modTime: number;
  readonly linkname: string;
}

/** A piece of what a build exports, or of what is said to an SSH agent and by it. */
export interface BytesMessage {
  readonly data: Uint8Array;
}

/** Turns one type of message into bytes and back. A field that is missing is empty, a message that is missing `null`. */
export interface Codec<Message> {
  readonly encode: (message: Message) => Buffer;
  readonly decode: (bytes: Uint8Array) => Message;
}

export const solveRequest = codec<SolveRequest>("SolveRequest");
export const solveResponse = codec<object>("SolveResponse");
export const statusRequest = codec<{ readonly Ref: string }>("StatusRequest");
export const statusResponse = codec<StatusResponse>("StatusResponse");
export const packet = codec<Packet>("Packet");
export const bytesMessage = codec<BytesMessage>("BytesMessage");
export const credentialsRequest = codec<{ readonly Host: string }>("CredentialsRequest");
export const credentialsResponse = codec<{ readonly Username?: string; readonly Secret?: string }>(
  "CredentialsResponse",
);
export const secretRequest = codec<{ readonly ID: string }>("GetSecretRequest");
export const secretResponse = codec<{ readonly data: Uint8Array }>("GetSecretResponse");
export const agentRequest = codec<{ readonly ID: string }>("CheckAgentRequest");
export const agentResponse = codec<object>("CheckAgentResponse");
export const healthCheckRequest = codec<object>("HealthCheckRequest");
export const healthCheckResponse = codec<{ readonly status: number }>("HealthCheckResponse");

function codec<Message extends object>(name: string): Codec<Message> {
  const type = root.lookupType(name);
  return {
    encode: (message) => Buffer.from(type.encode(type.fromObject(message)).finish()),
    decode: (bytes) =>
      type.toObject(type.decode(bytes), { longs: Number, enums: String, defaults: true }) as Message,
  };
}
