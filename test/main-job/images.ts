import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Place } from "./sample.ts";

const TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

interface Descriptor {
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as the registry has it. */
export interface FoundManifest {
  readonly digest: string;
  /** Of an index; `unknown/unknown` is an attestation. */
  readonly platforms: readonly string[];
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The manifest that the registry has for a tag or digest of a repository. */
export async function manifestOf(
  { registry }: Pick<Place, "registry">,
  repository: string,
  tag: string,
): Promise<FoundManifest> {
  const path = repository.slice(repository.indexOf("/") + 1);
  const response = await fetch(`${registry.url}/v2/${path}/manifests/${tag}`, {
    headers: { accept: TYPES.join(", ") },
  });
  if (!response.ok) throw new Error(`${repository} ${tag}: ${response.status}`);
  const { manifests = [], annotations = {} } = (await response.json()) as Partial<FoundManifest>;
  return {
    digest: response.headers.get("docker-content-digest") ?? "",
    platforms: manifests.map(({ platform }) => `${platform?.os ?? ""}/${platform?.architecture ?? ""}`),
    manifests,
    annotations,
  };
}

/** The labels of the image of one platform that a repository's index `latest` has. */
export async function labelsOf(
  place: Pick<Place, "registry">,
  repository: string,
  platform: string,
): Promise<Readonly<Record<string, string>>> {
  const { platforms, manifests } = await manifestOf(place, repository, "latest");
  const digest = manifests[platforms.indexOf(platform)]?.digest ?? "";
  const base = `${place.registry.url}/v2/${repository.slice(repository.indexOf("/") + 1)}`;
  const manifest = await fetch(`${base}/manifests/${digest}`, { headers: { accept: TYPES.join(", ") } });
  const { config } = (await manifest.json()) as { readonly config: { readonly digest: string } };
  const blob = await fetch(`${base}/blobs/${config.digest}`);
  const image = (await blob.json()) as { readonly config: { readonly Labels?: Record<string, string> } };
  return image.config.Labels ?? {};
}

/** Runs the `docker` command against a place's engine and gives what it prints. */
export async function runIn({ engine }: Pick<Place, "engine">, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", ["--host", engine.host, ...args]);
  return stdout.trim();
}
