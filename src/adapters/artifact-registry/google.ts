import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactRegistryClient } from "@google-cloud/artifact-registry";
import type { FindCredentials } from "../credentials/credentials.ts";
import { variable, type Environment } from "../credentials/docker-config.ts";
import { explainStatus } from "./explain-status.ts";
import { isArtifactRegistry } from "./names.ts";

/** How this program is known to Google Cloud: by Application Default Credentials, where there are any. */
export interface Google {
  /** Whether a registry is Artifact Registry's, and it is Google's credentials that are used for it. */
  serves(registry: string): Promise<boolean>;
  client(): Promise<ArtifactRegistryClient>;
  /** What Docker's credentials are where Google's are not used. */
  readonly findCredentials: FindCredentials;
}

type ClientOptions = ConstructorParameters<typeof ArtifactRegistryClient>[0];

/** Set on Cloud Run, in Cloud Functions, and by those who emulate the server that has a machine's credentials. */
const MACHINE_VARIABLES = [
  "K_SERVICE",
  "CLOUD_RUN_JOB",
  "FUNCTION_NAME",
  "GCE_METADATA_HOST",
  "GCE_METADATA_IP",
];

/** What an access token stands for where a name and a password are asked for. */
const USERNAME = "oauth2accesstoken";

/**
 * Credentials that were named or left for programs come first, then Docker's, then those of the machine that we run on. The
 * library for Google Cloud is loaded when a registry is Artifact Registry's, and only then.
 */
export function openGoogle(
  environment: Environment,
  findDockerCredentials: FindCredentials,
  options: ClientOptions = {},
): Google {
  let opened: Promise<ArtifactRegistryClient> | undefined;
  const client = () => (opened ??= openClient(environment, options));
  const choices = new Map<string, Promise<boolean>>();
  const choose = async (registry: string) => {
    if (await hasFile(environment)) return true;
    return (await findDockerCredentials(registry)) === undefined && (await isGoogles(environment));
  };
  const serves = async (registry: string) => {
    if (!isArtifactRegistry(registry)) return false;
    const choice = choices.get(registry) ?? choose(registry);
    choices.set(registry, choice);
    return choice;
  };
  const findCredentials: FindCredentials = async (registry, signal) => {
    if (!(await serves(registry))) return findDockerCredentials(registry, signal);
    return { kind: "password", username: USERNAME, password: await tokenOf(await client(), registry) };
  };
  return { serves, client, findCredentials };
}

async function openClient(environment: Environment, options: ClientOptions): Promise<ArtifactRegistryClient> {
  nameProxies(environment);
  const { ArtifactRegistryClient } = await import("@google-cloud/artifact-registry");
  // All names here have their projects. Without one of its own the library asks several servers for it, and may be refused.
  return new ArtifactRegistryClient({ projectId: "unused", ...options });
}

/** gRPC reads the variables of proxies in small letters only, and those of the process. */
function nameProxies(environment: Environment): void {
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]) {
    const value = variable(environment, name);
    if (value !== undefined) process.env[name.toLowerCase()] ??= value;
  }
}

/** See https://cloud.google.com/docs/authentication/application-default-credentials. */
async function hasFile(environment: Environment): Promise<boolean> {
  if (variable(environment, "GOOGLE_APPLICATION_CREDENTIALS") !== undefined) return true;
  const home = variable(environment, "HOME");
  if (home === undefined) return false;
  const file = join(home, ".config/gcloud/application_default_credentials.json");
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}

/** Whether this is a machine of Google Cloud's, which has credentials of its own. To ask it on others takes seconds. */
async function isGoogles(environment: Environment): Promise<boolean> {
  if (MACHINE_VARIABLES.some((name) => variable(environment, name) !== undefined)) return true;
  const product = await readFile("/sys/class/dmi/id/product_name", "utf8").catch(() => "");
  return product.startsWith("Google");
}

/** The library keeps a token for as long as it is good. */
async function tokenOf({ auth }: ArtifactRegistryClient, registry: string): Promise<string> {
  const token = await auth.getAccessToken().catch((error: unknown) => {
    throw explainStatus(`log in to ${registry}`, error);
  });
  if (typeof token === "string" && token !== "") return token;
  throw explainStatus(`log in to ${registry}`, undefined);
}
