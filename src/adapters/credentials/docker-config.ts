import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../errors.ts";

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of Docker's `config.json` that is used here (https://docs.docker.com/reference/cli/docker/#configuration-files). */
export interface DockerConfig {
  readonly auths: Readonly<Record<string, AuthEntry>>;
  readonly credsStore?: string;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly currentContext?: string;
  /** Where plugins are beside the usual places. */
  readonly cliPluginsExtraDirs: readonly string[];
}

/** One entry of `auths`. */
export type AuthEntry = Readonly<Partial<Record<(typeof AUTH_KEYS)[number], string>>>;

const AUTH_KEYS = ["auth", "username", "password", "identitytoken", "registrytoken"] as const;

/** The folder of Docker's client configuration: `DOCKER_CONFIG`, or `~/.docker`. */
export function dockerConfigFolder(environment: Environment): string {
  return (
    variable(environment, "DOCKER_CONFIG") ?? join(variable(environment, "HOME") ?? homedir(), ".docker")
  );
}

/** The value of an environment variable, `undefined` where it is not set or empty. */
export function variable(environment: Environment, name: string): string | undefined {
  return environment[name] === "" ? undefined : environment[name];
}

/** Docker's `config.json`, empty where there is none. A broken file is a `UserError` that names it. */
export async function readDockerConfig(environment: Environment): Promise<DockerConfig> {
  const path = join(dockerConfigFolder(environment), "config.json");
  const written = await readJsonObject(path);
  const { credsStore, currentContext, cliPluginsExtraDirs: folders } = written;
  return {
    auths: mapValues(asObject(written["auths"], path), (entry) => parseAuthEntry(asObject(entry, path))),
    credHelpers: mapValues(asObject(written["credHelpers"], path), String),
    cliPluginsExtraDirs: Array.isArray(folders) ? folders.map(String) : [],
    ...(typeof credsStore === "string" && credsStore !== "" ? { credsStore } : {}),
    ...(typeof currentContext === "string" && currentContext !== "" ? { currentContext } : {}),
  };
}

/** The object that a JSON file holds, empty where there is no such file. A broken file is a `UserError` that names it. */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readIfThere(path);
  if (text === undefined || text.trim() === "") return {};
  try {
    return asObject(JSON.parse(text), path);
  } catch (error) {
    // The parser's own message quotes the text around the mistake, which may be a password.
    if (error instanceof SyntaxError) throw brokenFile(path);
    throw error;
  }
}

/** The object that a JSON value is, empty where it is missing; anything else is a `UserError` that names the file. */
export function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw brokenFile(path);
  return value as Readonly<Record<string, unknown>>;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UserError(`Docker's configuration ${path} cannot be read (${code ?? "unknown error"}).`, {
      remedy: "Make the file readable, or name another folder in DOCKER_CONFIG.",
      cause: error,
    });
  }
}

function brokenFile(path: string): UserError {
  return new UserError(`Docker's configuration ${path} is broken: it is not the JSON that Docker writes.`, {
    remedy: "Mend the file, or move it away and log in again with docker login.",
  });
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function parseAuthEntry(entry: Readonly<Record<string, unknown>>): AuthEntry {
  const texts = AUTH_KEYS.map((key) => [key, asText(entry[key])] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
