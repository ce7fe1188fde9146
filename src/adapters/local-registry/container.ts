/** The local registry as a container of the engine's, from an image of CNCF Distribution. Its data are in a volume. */
import { UsageError, UserError } from "../../errors.ts";
import { parseReference } from "../../model/reference.ts";
import { dockerCredentials } from "../credentials/docker-credentials.ts";
import { findEngineAddress } from "../engine/engine-address.ts";
import type { Engine } from "../engine/engine.ts";
import { IDENTITY } from "./identity.ts";
import type { Started } from "./started.ts";
import type { Environment, Kept } from "./state.ts";

/** Docker Hub's. Its tag, and not a digest: what is there already does, and fixes of others come without us. */
export const IMAGE = "registry:3";

/** Where the image listens and keeps its data. */
const PORT = 5000;
const DATA = "/var/lib/registry";

/** The name of its container, and of its volume. */
export function nameOf({ id }: Kept): string {
  return `manage-images-registry-${id.slice(0, 8)}`;
}

/** Sees to it that the engine has an image to run it from. `say` gets what takes a while. */
export async function getImage(
  environment: Environment,
  image: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const reference = parseReference(image);
  if (reference === undefined) throw noReference(image);
  const engine = await connect(environment).catch((error: unknown) => {
    throw error instanceof UserError ? noEngine(error) : error;
  });
  const { name, tag = "latest", digest } = reference;
  const found = await engine.send("GET", `/images/${digest === undefined ? `${name}:${tag}` : image}/json`, {
    accepts: [200, 404],
  });
  if ((found as { readonly Id?: string }).Id !== undefined) return;
  say(`The local registry is run from the image ${image}, which the engine gets now.`);
  const { pullImage } = await import("../engine/pull-image.ts");
  const attention = { signal, log: () => undefined, step: () => undefined };
  try {
    await pullImage(engine, dockerCredentials(environment), reference, undefined, attention);
  } catch (error) {
    throw error instanceof UserError ? notThere(image, error) : error;
  }
}

/** Starts it, unless it runs. */
export async function startContainer(environment: Environment, image: string, kept: Kept): Promise<Started> {
  const [engine, { startService, runsService, readServiceLog, endService }] = await Promise.all([
    connect(environment),
    import("../engine/service.ts"),
  ]);
  const name = nameOf(kept);
  try {
    await startService(engine, {
      name,
      image,
      labels: { "manage-images": "registry" },
      data: DATA,
      ports: { inside: PORT, outside: kept.port },
      environment: settingsOf(kept),
    });
  } catch (error) {
    await endService(engine, name);
    throw error;
  }
  return {
    isRunning: () => runsService(engine, name),
    lastWords: async () => {
      const said = await readServiceLog(engine, name);
      return {
        said,
        place: `${image} must be CNCF Distribution's, or behave like it: name it with --registry-image.`,
      };
    },
    end: async (isReady) => {
      if (!isReady) await endService(engine, name);
    },
  };
}

/** Ends it, and deletes what it has if that is to be. */
export async function stopContainer(environment: Environment, kept: Kept, forget: boolean): Promise<void> {
  const [engine, { deleteServiceData, endService }] = await Promise.all([
    connect(environment),
    import("../engine/service.ts"),
  ]);
  await endService(engine, nameOf(kept));
  if (forget) await deleteServiceData(engine, nameOf(kept));
}

async function connect(environment: Environment): Promise<Engine> {
  const [address, { openEngine }] = await Promise.all([
    findEngineAddress(environment),
    import("../engine/engine.ts"),
  ]);
  const engine = openEngine(address);
  await engine.ping();
  return engine;
}

/** By variables, which take the place of what the image's own configuration says (https://distribution.github.io/distribution/about/configuration/). */
function settingsOf({ id }: Kept) {
  return {
    REGISTRY_HTTP_ADDR: `:${PORT}`,
    [`REGISTRY_HTTP_HEADERS_${IDENTITY}`]: `[${id}]`,
    REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: DATA,
    REGISTRY_STORAGE_DELETE_ENABLED: "true",
    REGISTRY_LOG_LEVEL: "warn",
    OTEL_TRACES_EXPORTER: "none",
  };
}

const OTHERWISE =
  "Install docker-registry: apt-get install docker-registry. Or name a registry that there is: --registry 127.0.0.1:5000";

function noReference(image: string): UsageError {
  return new UsageError(`--registry-image ${image}: that is no name of an image`, {
    remedy: `Write it like ${IMAGE}, or mirror.example/registry@sha256:….`,
  });
}

function noEngine(cause: UserError): UserError {
  return new UserError(`docker-registry, which the local registry is, is not installed. ${cause.message}`, {
    remedy: `${OTHERWISE}\nOr start a Docker engine, in which it can be run.`,
    cause,
  });
}

function notThere(image: string, cause: UserError): UserError {
  return new UserError(`The local registry cannot be run: ${cause.message}`, {
    remedy: `${OTHERWISE}\nOr name an image of CNCF Distribution that the engine can get: --registry-image mirror.example/${image}`,
    cause,
  });
}
