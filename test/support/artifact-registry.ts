import { readFile, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import protobuf from "protobufjs";
import type { Certificates } from "./certificates.ts";
import type { LocalRegistry } from "./registry.ts";

/** The descriptions that Google's client ships. */
const PROTOS: unknown = createRequire(import.meta.url)(
  "@google-cloud/artifact-registry/build/protos/protos.json",
);
const API = "google.devtools.artifactregistry.v1";
/** Few, so that all that is listed has pages. */
const PAGE = 3;
/** How often one must ask for an operation until it is done. */
const POLLS = 2;

/** Artifact Registry's API, for what a registry of CNCF Distribution on this machine has. */
export interface ArtifactRegistryServer {
  readonly port: number;
  /** The calls that were made, by name, in their order. */
  readonly calls: string[];
  /** What they said who asks: `Bearer …`. Where there is no TLS, nobody says it. */
  readonly authorizations: Set<string>;
  /**
   * Answers the calls of a name with a status, after so many that are well, until the count is used up; `operation`: what takes
   * a while ends so.
   */
  readonly fail: (method: string, code: grpc.status, times?: number, skipped?: number) => void;
  /** Ends all that fails. */
  readonly recover: () => void;
  /** The resource names of the repositories that are there. */
  readonly repositories: Set<string>;
  readonly stop: () => Promise<void>;
}

type Request = Readonly<Record<string, unknown>>;
type Answer = object | Promise<object>;

/**
 * Starts the API, with TLS if it has certificates. A package's data are those of the repository of its path in the registry; `repositories` are there from
 * the beginning.
 */
export async function startArtifactRegistry(
  back: LocalRegistry,
  repositories: readonly string[],
  tls?: Certificates,
): Promise<ArtifactRegistryServer> {
  const world: World = { back, repositories: new Set(repositories), operations: new Map() };
  const calls: string[] = [];
  const authorizations = new Set<string>();
  const faults = new Map<string, { readonly code: grpc.status; skipped: number; left: number }>();
  const server = new grpc.Server();
  const serve = (service: string, methods: Methods) => {
    const implementation = Object.entries(methods).map(([name, answer]) => [
      name,
      handler(async (request, { authorization }) => {
        calls.push(name);
        if (authorization !== undefined) authorizations.add(String(authorization));
        const fault = faults.get(name);
        if (fault !== undefined && fault.skipped-- <= 0 && fault.left-- > 0)
          throw status(fault.code, "as the test wants it");
        return answer(world, request);
      }),
    ]);
    server.addService(
      definitionOf(service),
      Object.fromEntries(implementation) as grpc.UntypedServiceImplementation,
    );
  };
  serve(`${API}.ArtifactRegistry`, METHODS);
  serve("google.longrunning.Operations", {
    GetOperation: (its, request) => {
      const answer = getOperation(its, request);
      const fault = faults.get("operation");
      const { done = false } = answer as { readonly done?: boolean };
      if (!done || fault === undefined) return answer;
      return { name: request["name"], done, error: { code: fault.code, message: "as the test wants it" } };
    },
  });
  const credentials = credentialsOf(tls);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    calls,
    authorizations,
    repositories: world.repositories,
    fail: (method, code, times = Infinity, skipped = 0) => faults.set(method, { code, left: times, skipped }),
    recover: () => {
      faults.clear();
    },
    stop: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

function credentialsOf(tls: Certificates | undefined): grpc.ServerCredentials {
  if (tls === undefined) return grpc.ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
  return grpc.ServerCredentials.createSsl(null, [pair]);
}

interface World {
  readonly back: LocalRegistry;
  readonly repositories: Set<string>;
  readonly operations: Map<string, { polls: number; readonly done: object }>;
}

type Methods = Readonly<Record<string, (world: World, request: Request) => Answer>>;

const METHODS: Methods = {
  GetRepository: ({ repositories }, { name }) => {
    if (repositories.has(String(name))) return { name };
    throw status(grpc.status.NOT_FOUND, `no repository ${String(name)}`);
  },
  CreateRepository: (world, { parent, repositoryId }) => {
    const name = `${String(parent)}/repositories/${String(repositoryId)}`;
    world.repositories.add(name);
    return operation(world, {
      response: any("Repository", { name }),
      metadata: any("OperationMetadata", {}),
    });
  },
  GetVersion: async (world, { name }) => {
    const { parent, id } = split(name, "versions");
    const versions = await versionsOf(world, parent);
    if (versions.includes(id)) return { name };
    throw status(grpc.status.NOT_FOUND, `no version ${String(name)}`);
  },
  ListVersions: async (world, request) => {
    const parent = String(request["parent"]);
    const { part, nextPageToken } = page(await versionsOf(world, parent), request);
    const versions = part.map(async (digest) => ({
      name: `${parent}/versions/${digest}`,
      createTime: { seconds: Math.floor(Date.now() / 1000) },
      metadata: { fields: await metadataOf(world, parent, digest) },
    }));
    return { versions: await Promise.all(versions), nextPageToken };
  },
  ListTags: async (world, request) => {
    const parent = String(request["parent"]);
    const { part, nextPageToken } = page([...(await tagsOf(world, parent))], request);
    const tags = part.map(([tag, digest]) => tagOf(parent, tag, digest));
    return { tags, nextPageToken };
  },
  GetTag: async (world, { name }) => {
    const { parent, id } = split(name, "tags");
    const digest = (await tagsOf(world, parent)).get(id);
    if (digest !== undefined) return tagOf(parent, id, digest);
    throw status(grpc.status.NOT_FOUND, `no tag ${String(name)}`);
  },
  CreateTag: async (world, { parent, tagId, tag }) => {
    if ((await tagsOf(world, String(parent))).has(String(tagId)))
      throw status(grpc.status.ALREADY_EXISTS, `there is ${String(tagId)}`);
    return putTag(world, tag as Request);
  },
  UpdateTag: async (world, { tag }) => {
    const { parent, id } = split((tag as Request)["name"], "tags");
    if ((await tagsOf(world, parent)).has(id)) return putTag(world, tag as Request);
    throw status(grpc.status.NOT_FOUND, `no tag ${id}`);
  },
  DeleteTag: async (world, { name }) => {
    const { parent, id } = split(name, "tags");
    await rm(join(manifests(world, parent), "tags", id), { recursive: true });
    return {};
  },
  BatchDeleteVersions: async (world, { names }) => {
    const failedVersions: string[] = [];
    const all = names as readonly string[];
    for (const name of all) {
      const { parent, id } = split(name, "versions");
      if (!(await versionsOf(world, parent)).includes(id))
        throw status(grpc.status.NOT_FOUND, `no version ${name}`);
    }
    // In an order that is not the caller's.
    for (const name of all.toSorted()) if (!(await deleteVersion(world, name))) failedVersions.push(name);
    const metadata = any("BatchDeleteVersionsMetadata", { failedVersions });
    return operation(world, { response: any("Empty", {}, "google.protobuf"), metadata });
  },
};

function operation({ operations }: World, done: object): object {
  const name = `projects/p/locations/l/operations/${operations.size}`;
  operations.set(name, { polls: POLLS, done: { name, done: true, ...done } });
  return { name, done: false };
}

function getOperation({ operations }: World, { name }: Request): object {
  const known = operations.get(String(name));
  if (known === undefined) throw status(grpc.status.NOT_FOUND, String(name));
  return known.polls-- > 0 ? { name, done: false } : known.done;
}

/** A version with a tag, or in an index, is kept. */
async function deleteVersion(world: World, name: string): Promise<boolean> {
  const { parent, id } = split(name, "versions");
  if ([...(await tagsOf(world, parent)).values()].includes(id)) return false;
  for (const other of await versionsOf(world, parent))
    if (other !== id && (await readManifest(world, parent, other)).text.includes(id)) return false;
  const response = await fetch(`${urlOf(world, parent)}/manifests/${id}`, { method: "DELETE" });
  return response.ok;
}

async function putTag(world: World, { name, version }: Request): Promise<object> {
  const { parent, id: tag } = split(name, "tags");
  const { id: digest } = split(version, "versions");
  const { text, type } = await readManifest(world, parent, digest);
  const init = { method: "PUT", headers: { "content-type": type }, body: text };
  await fetch(`${urlOf(world, parent)}/manifests/${tag}`, init);
  return tagOf(parent, tag, digest);
}

async function metadataOf(world: World, parent: string, digest: string): Promise<object> {
  const { text, type } = await readManifest(world, parent, digest);
  const { config } = JSON.parse(text) as { readonly config?: { readonly size: number } };
  return {
    mediaType: { stringValue: type },
    ...(config === undefined ? {} : { imageSizeBytes: { stringValue: String(config.size) } }),
  };
}

async function readManifest(world: World, parent: string, digest: string) {
  const accept = ["index.v1", "manifest.v1"].map((kind) => `application/vnd.oci.image.${kind}+json`).join();
  const response = await fetch(`${urlOf(world, parent)}/manifests/${digest}`, { headers: { accept } });
  return { text: await response.text(), type: response.headers.get("content-type") ?? "" };
}

/** In the order of the names. None of a package that is not there: an error. */
async function versionsOf(world: World, parent: string): Promise<readonly string[]> {
  const folder = join(manifests(world, parent), "revisions/sha256");
  const names = await readdir(folder).catch(() => {
    throw status(grpc.status.NOT_FOUND, `no package ${parent}`);
  });
  const there = await Promise.all(
    names.map((name) =>
      stat(join(folder, name, "link")).then(
        () => [`sha256:${name}`],
        () => [],
      ),
    ),
  );
  return there.flat().toSorted();
}

async function tagsOf(world: World, parent: string): Promise<ReadonlyMap<string, string>> {
  await versionsOf(world, parent);
  const folder = join(manifests(world, parent), "tags");
  const names = await readdir(folder).catch(() => []);
  const links = names.map(async (name): Promise<[string, string][]> => {
    const link = await readFile(join(folder, name, "current/link"), "utf8").catch(() => undefined);
    return link === undefined ? [] : [[name, link]];
  });
  return new Map((await Promise.all(links)).flat());
}

/** Where Distribution keeps a repository's manifests and tags. */
function manifests({ back }: World, parent: string): string {
  return join(back.data, "docker/registry/v2/repositories", pathOf(parent), "_manifests");
}

function urlOf({ back }: World, parent: string): string {
  return `${back.url}/v2/${pathOf(parent)}`;
}

/** `project/repository/image`, as in the name that is pushed to. */
function pathOf(parent: string): string {
  const [, project = "", , , , repository = "", , image = ""] = parent.split("/");
  return `${project.replace(":", "/")}/${repository}/${decodeURIComponent(image)}`;
}

function split(name: unknown, kind: string): { readonly parent: string; readonly id: string } {
  const [parent = "", id = ""] = String(name).split(`/${kind}/`);
  return { parent, id: decodeURIComponent(id) };
}

function tagOf(parent: string, tag: string, digest: string): object {
  return { name: `${parent}/tags/${encodeURIComponent(tag)}`, version: `${parent}/versions/${digest}` };
}

function page<Item>(items: readonly Item[], { pageToken }: Request) {
  const start = Number(pageToken === "" ? 0 : pageToken);
  const end = start + PAGE;
  return { part: items.slice(start, end), nextPageToken: end < items.length ? String(end) : "" };
}

const root = protobuf.Root.fromJSON(PROTOS as protobuf.INamespace);

function any(type: string, value: object, namespace = API): object {
  const message = root.lookupType(`${namespace}.${type}`);
  return {
    type_url: `type.googleapis.com/${namespace}.${type}`,
    value: message.encode(message.fromObject(value)).finish(),
  };
}

function definitionOf(name: string): grpc.ServiceDefinition {
  const service = root.lookupService(name);
  const methods = Object.values(service.methods).map((method) => {
    method.resolve();
    const [asked, answered] = [method.resolvedRequestType, method.resolvedResponseType];
    if (asked === null || answered === null) throw new Error(`${method.name} has no types`);
    return [
      method.name,
      {
        path: `/${name}/${method.name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: codec(asked).encode,
        requestDeserialize: codec(asked).decode,
        responseSerialize: codec(answered).encode,
        responseDeserialize: codec(answered).decode,
      },
    ];
  });
  return Object.fromEntries(methods) as grpc.ServiceDefinition;
}

function codec(type: protobuf.Type) {
  return {
    encode: (value: object) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    decode: (bytes: Buffer) => type.toObject(type.decode(bytes), { defaults: true }),
  };
}

function handler(
  answer: (request: Request, metadata: ReturnType<grpc.Metadata["getMap"]>) => Promise<object>,
): grpc.handleUnaryCall<Request, object> {
  return (incoming, respond) => {
    answer(incoming.request, incoming.metadata.getMap()).then(
      (value) => {
        respond(null, value);
      },
      (error: unknown) => {
        respond(error as grpc.ServiceError);
      },
    );
  };
}

function status(code: grpc.status, details: string): Error {
  return Object.assign(new Error(details), { code, details });
}
