import { canonicalName, isImageName, parseReference, splitName } from "../model/reference.ts";

/** Where the images of a repository go. */
export interface RegistryChoice {
  readonly registry: string;
  /** Whether nothing in the repository says so. */
  readonly isGuess: boolean;
}

/** Whether a name says where it is: it has a registry, or a user or organisation of Docker Hub. */
export function isQualified(name: string): boolean {
  return !canonicalName(name).startsWith("docker.io/library/") || name.includes("/library/");
}

/** The name of a reference without tag and digest, if it says where it is. */
export function repositoryOf(text: string): string | undefined {
  const name = parseReference(text)?.name;
  return name !== undefined && isQualified(name) ? name : undefined;
}

/** All but the last component. */
export function registryOf(repository: string): string {
  return repository.slice(0, Math.max(0, repository.lastIndexOf("/")));
}

/** The last component. */
export function tailOf(repository: string): string {
  return repository.slice(repository.lastIndexOf("/") + 1);
}

/** The registry that most repositories are below; of several the first. */
export function mostFrequent(registries: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const registry of registries) counts.set(registry, (counts.get(registry) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([registry, count]) => registry !== "" && count === most)?.[0];
}

/** Whether two repositories have the same owner: the registry and the first component of the path. */
export function haveSameOwner(one: string, other: string): boolean {
  const ownerOf = (name: string) => {
    const { registry, path } = splitName(`${name}/x`);
    return `${registry}/${path.split("/")[0] ?? ""}`;
  };
  return ownerOf(one) === ownerOf(other);
}

const REMOTE = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+)?[:/](.+?)(?:\.git)?\/?$/;

/** The path of a repository on its host, in lower case as registries want it: `acme/app`. A password in the URL is no part of it. */
export function repositoryPath(remote: string | undefined): string | undefined {
  return REMOTE.exec(remote ?? "")?.[2]?.toLowerCase();
}

/** The registry that belongs to where the repository is hosted; without a host, one on this machine. */
export function guessRegistry(remote: string | undefined, project: string): string {
  const host = REMOTE.exec(remote ?? "")?.[1] ?? "";
  const path = repositoryPath(remote) ?? "";
  if (host === "github.com" && isImageName(`ghcr.io/${path}`)) return `ghcr.io/${path}`;
  if (host === "gitlab.com" && isImageName(`registry.gitlab.com/${path}`))
    return `registry.gitlab.com/${path}`;
  return `localhost:5000/${project}`;
}
