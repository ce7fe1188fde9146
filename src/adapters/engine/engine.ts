import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type Modem from "docker-modem";
import Docker from "dockerode";
import { UserError } from "../../errors.ts";
import type { Upgrading } from "../buildkit/session.ts";
import { createContainer, type Container, type Specification } from "./container.ts";
import { dial, dialFor, noEngine } from "./dial.ts";
import type { EngineAddress } from "./engine-address.ts";
import { readJsonLines, type EngineMessage } from "./json-lines.ts";

/** A Docker engine, by its API (https://docs.docker.com/reference/api/engine/). */
export interface Engine extends Upgrading {
  /** For messages. */
  readonly address: string;
  /** Whether it answers at all; if not, a `UserError`. */
  ping(): Promise<void>;
  /** POST whose answer is a report that goes on for a while. A refusal and a broken connection are `UserError`s. */
  post(path: string, request: PostRequest): AsyncIterable<EngineMessage>;
  /** Whether it keeps images in containerd's store, and not in a graph driver's. */
  hasContainerdStore(): Promise<boolean>;
  /** GET of a path: `/info`. */
  ask(path: string): Promise<unknown>;
  /** A request whose answer comes at once. What is not among the statuses that it `accepts` is a `UserError`. */
  send(method: "GET" | "POST" | "DELETE", path: string, request: ShortRequest): Promise<unknown>;
  /** GET whose answer is no JSON. */
  open(path: string, query: Readonly<Record<string, string>>): Promise<AsyncIterable<Uint8Array>>;
  /** What it says of an image, by one of its names. */
  inspect(name: string): Promise<unknown>;
  /** Gives an image another name, `repository:tag`. */
  tag(name: string, other: string): Promise<void>;
  /** Takes a name of an image away, if it has it. That one is left behind is no failure. */
  untag(name: string): Promise<void>;
  /** Makes a container. */
  createContainer(specification: Specification, platform: string): Promise<Container>;
}

/** The variable parts of a request whose answer comes at once. */
export interface ShortRequest {
  readonly query?: Readonly<Record<string, string>>;
  /** Is sent as JSON. */
  readonly body?: object;
  readonly accepts: readonly number[];
}

/** The variable parts of a POST. */
export interface PostRequest {
  readonly query: Readonly<Record<string, unknown>>;
  /** What goes into `X-Registry-Auth`. */
  readonly auth?: Readonly<Record<string, string>>;
  readonly body?: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
}

/** What an engine says of itself, as far as it is asked. */
interface Info {
  readonly DriverStatus?: readonly (readonly string[])[] | null;
}

/** How long an engine may take to say that it is there, in milliseconds. */
const PATIENCE = 10_000;

/** The engine at an address, not yet spoken to. */
export function openEngine({ name, options }: EngineAddress): Engine {
  const docker = new Docker(options);
  const modem = docker.modem;
  return {
    address: name,
    ping: async () => {
      const abortSignal = AbortSignal.timeout(PATIENCE);
      await dial(modem, { path: "/_ping", method: "GET", abortSignal, statusCodes: { 200: true } }).catch(
        (error: unknown) => {
          throw noEngine(name, error);
        },
      );
    },
    hasContainerdStore: async () => {
      const { DriverStatus } = await dialFor<Info>(
        modem,
        { path: "/info", method: "GET", statusCodes: { 200: true } },
        name,
      );
      return (DriverStatus ?? []).some((pair) => pair[1] === "io.containerd.snapshotter.v1");
    },
    post: (path, request) => followPost(modem, name, path, request),
    ask: (path) => dialFor(modem, { path, method: "GET", statusCodes: { 200: true } }, name),
    send: (method, path, { query, body, accepts }) => {
      // Without either nothing is sent but the path.
      const options = (query ?? body) ? { options: { _query: query ?? {}, _body: body ?? {} } } : {};
      const statusCodes = Object.fromEntries(accepts.map((status) => [status, true] as const));
      return dialFor(modem, { path: `${path}?`, method, ...options, statusCodes }, name);
    },
    open: (path, query) => {
      const request = { path: `${path}?`, method: "GET", options: query, isStream: true } as const;
      return dialFor<IncomingMessage>(modem, { ...request, statusCodes: { 200: true } }, name);
    },
    inspect: (image) =>
      dialFor(modem, { path: `/images/${image}/json`, method: "GET", statusCodes: { 200: true } }, name),
    tag: async (image, other) => {
      const colon = other.lastIndexOf(":");
      const query = { repo: other.slice(0, colon), tag: other.slice(colon + 1) };
      const path = `/images/${image}/tag?`;
      await dialFor(modem, { path, method: "POST", options: query, statusCodes: { 201: true } }, name);
    },
    untag: async (image) => {
      // The library takes the last character of a path for the mark of the query that it appends.
      const request = { path: `/images/${image}?`, method: "DELETE", options: { noprune: "true" } };
      await dial(modem, { ...request, statusCodes: { 200: true, 404: true } }).catch(() => undefined);
    },
    createContainer: (specification, platform) => createContainer(modem, name, specification, platform),
    upgrade: async (path, headers, signal) =>
      dialFor<Duplex>(
        modem,
        { path, method: "POST", headers, hijack: true, abortSignal: signal, statusCodes: {} },
        name,
      ),
  };
}

async function* followPost(
  modem: Modem,
  address: string,
  path: string,
  { query, auth, body, signal }: PostRequest,
): AsyncGenerator<EngineMessage> {
  const options: Modem.DialOptions = {
    path: `${path}?`,
    method: "POST",
    // An empty body, not none: without one the answer to a failing build is empty too.
    file: body ?? Buffer.alloc(0),
    options: { ...query },
    ...(auth === undefined ? {} : { authconfig: auth }),
    isStream: true,
    abortSignal: signal,
    statusCodes: { 200: true },
  };
  const answer = await dialFor<IncomingMessage>(modem, options, address);
  try {
    yield* readJsonLines(answer);
  } catch (error) {
    signal.throwIfAborted();
    throw brokenOff(address, path, error);
  }
}

function brokenOff(address: string, path: string, cause: unknown): UserError {
  return new UserError(`The Docker engine at ${address} broke off its answer to ${path}.`, {
    remedy: "See whether the engine is still running (`docker info`), and run again.",
    cause,
  });
}
