/** Where an image is in Artifact Registry (https://cloud.google.com/artifact-registry/docs/docker/names). */
export interface ArtifactName {
  readonly project: string;
  readonly location: string;
  readonly repository: string;
  /** Path of the image within the repository. */
  readonly image: string;
}

/** The locations of the repositories that serve `gcr.io` and its like, and have their names. */
const GCR_LOCATIONS: ReadonlyMap<string, string> = new Map([
  ["gcr.io", "us"],
  ["us.gcr.io", "us"],
  ["eu.gcr.io", "europe"],
  ["asia.gcr.io", "asia"],
]);

const HOST = /^(?<location>[a-z0-9-]+)-docker\.pkg\.dev$/;

/** Whether a registry's host is one of Artifact Registry's. */
export function isArtifactRegistry(registry: string): boolean {
  return GCR_LOCATIONS.has(registry) || HOST.test(registry);
}

/** What `registry/path` names, if it is an image in Artifact Registry. */
export function parseArtifactName(registry: string, path: string): ArtifactName | undefined {
  const { project, rest } = splitProject(path.split("/"));
  const gcr = GCR_LOCATIONS.get(registry);
  const location = gcr ?? HOST.exec(registry)?.groups?.["location"];
  const [repository, ...image] = gcr === undefined ? rest : [registry, ...rest];
  if (location === undefined || repository === undefined || project === "" || image.length === 0)
    return undefined;
  return { project, location, repository, image: image.join("/") };
}

/** The resource name of the location. */
export function locationResource({ project, location }: ArtifactName): string {
  return `projects/${project}/locations/${location}`;
}

/** The resource name of the repository. */
export function repositoryResource(name: ArtifactName): string {
  return `${locationResource(name)}/repositories/${name.repository}`;
}

/** The resource name of the image, which the API calls a package. */
export function packageResource(name: ArtifactName): string {
  return `${repositoryResource(name)}/packages/${encodeURIComponent(name.image)}`;
}

/** The last part of a resource name: a tag or a digest. */
export function lastPart(resource: string | null | undefined): string {
  return decodeURIComponent((resource ?? "").replace(/^.*\//, ""));
}

/** A project may belong to a domain: `example.com/project` is `example.com:project`. */
function splitProject([first = "", second, ...others]: readonly string[]) {
  if (second === undefined) return { project: first, rest: [] };
  if (!first.includes(".")) return { project: first, rest: [second, ...others] };
  return { project: `${first}:${second}`, rest: others };
}
