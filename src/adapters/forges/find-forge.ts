import { UsageError } from "../../errors.ts";

/** The forges that are known. */
export type ForgeKind = "github" | "gitlab";

/** Where a project is on a forge. */
export interface ForgeAddress {
  readonly kind: ForgeKind;
  /** `https://api.github.com`, `https://gitlab.com/api/v4`. */
  readonly api: string;
  /** Where people look at the project. */
  readonly web: string;
  /** `owner/name`, or GitLab's path or number. */
  readonly project: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The forge of a remote: by the URL where it says it, else by the variables of the forge's own CI, which also say where the
 * API of a host that is not known by its name is. `asked` is what the command line says.
 */
export function findForge(url: string, environment: Environment, asked: ForgeKind | undefined): ForgeAddress {
  const { kind, address } = recognizeForge(url, environment, asked);
  if (kind === undefined) throw unknownForge(url);
  if (address === undefined) throw unknownProject(kind, url);
  return address;
}

/** The forge of a remote, as far as it can be told. */
export function recognizeForge(
  url: string,
  environment: Environment,
  asked: ForgeKind | undefined,
): { readonly kind: ForgeKind | undefined; readonly address: ForgeAddress | undefined } {
  const remote = parseRemote(url);
  const kind = asked ?? kindOf(remote?.host, environment);
  switch (kind) {
    case undefined:
      return { kind, address: undefined };
    case "github":
      return { kind, address: onGitHub(remote, environment) };
    case "gitlab":
      return { kind, address: onGitLab(remote, environment) };
  }
}

interface RemoteProject {
  readonly host: string;
  readonly path: string;
}

/** Hosts at which the public forges also answer, for networks that let nothing else through. */
const OTHER_HOSTS = new Map([
  ["ssh.github.com", "github.com"],
  ["altssh.gitlab.com", "gitlab.com"],
]);

/** Host and path of `https://host:8443/path.git`, `ssh://git@host:22/path` and `git@host:path`. */
function parseRemote(url: string): RemoteProject | undefined {
  const [, scheme = "ssh", host = "", path = ""] =
    /^(https?|ssh|git):\/\/(?:[^/@]*@)?([^/]+)\/(.+)$/.exec(url) ??
    /^()(?:[^/@:]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(url) ??
    [];
  const trimmed = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  if (host === "" || trimmed === "") return undefined;
  // The port of ssh says nothing of where people look.
  const name = (scheme.startsWith("http") ? host : host.replace(/:\d+$/, "")).toLowerCase();
  return { host: OTHER_HOSTS.get(name) ?? name, path: trimmed };
}

function kindOf(host: string | undefined, environment: Environment): ForgeKind | undefined {
  if (host === "github.com") return "github";
  if (host === "gitlab.com") return "gitlab";
  if (isSet(environment, "GITHUB_API_URL") || isSet(environment, "GITHUB_REPOSITORY")) return "github";
  if (isSet(environment, "CI_API_V4_URL") || isSet(environment, "CI_PROJECT_ID")) return "gitlab";
  if (host?.split(/[.:]/).includes("github") === true) return "github";
  if (host?.split(/[.:]/).includes("gitlab") === true) return "gitlab";
  return undefined;
}

function onGitHub(remote: RemoteProject | undefined, environment: Environment): ForgeAddress | undefined {
  const isPublic = remote?.host === "github.com";
  const project = isPublic ? remote.path : (valueOf(environment, "GITHUB_REPOSITORY") ?? remote?.path);
  if (project === undefined || !/^[\w.-]+\/[\w.-]+$/.test(project)) return undefined;
  const host = remote?.host ?? "github.com";
  const server = isPublic
    ? "https://github.com"
    : (valueOf(environment, "GITHUB_SERVER_URL") ?? `https://${host}`);
  const own = server === "https://github.com" ? "https://api.github.com" : `${server}/api/v3`;
  const api = valueOf(environment, "GITHUB_API_URL") ?? own;
  return { kind: "github", api: withoutSlash(api), web: `${withoutSlash(server)}/${project}`, project };
}

function onGitLab(remote: RemoteProject | undefined, environment: Environment): ForgeAddress | undefined {
  const isPublic = remote?.host === "gitlab.com";
  const project = isPublic
    ? remote.path
    : (valueOf(environment, "CI_PROJECT_ID") ?? valueOf(environment, "CI_PROJECT_PATH") ?? remote?.path);
  if (project === undefined) return undefined;
  const host = remote?.host ?? "gitlab.com";
  const api = valueOf(environment, "CI_API_V4_URL") ?? `https://${host}/api/v4`;
  const path = remote?.path ?? valueOf(environment, "CI_PROJECT_PATH") ?? project;
  const web = valueOf(environment, "CI_PROJECT_URL") ?? `https://${host}/${path}`;
  return { kind: "gitlab", api: withoutSlash(api), web: withoutSlash(web), project };
}

function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

function isSet(environment: Environment, name: string): boolean {
  return valueOf(environment, name) !== undefined;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function unknownForge(url: string): UsageError {
  return new UsageError(`It cannot be told from ${url} which forge it is`, {
    remedy:
      "Say it with --forge github or --forge gitlab; GITHUB_API_URL or CI_API_V4_URL says where its API is.",
  });
}

function unknownProject(kind: ForgeKind, url: string): UsageError {
  const variable = kind === "github" ? "GITHUB_REPOSITORY=owner/name" : "CI_PROJECT_ID=group/name";
  return new UsageError(`It cannot be told from ${url} which project it is`, {
    remedy: `Say it with ${variable}.`,
  });
}
