import { createHash } from "node:crypto";
import { UserError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import type { Platform } from "../../model/image.ts";
import type { Answer } from "../http/ways.ts";
import { requestManifest, requestRepository, type Place } from "./requests.ts";

/** A manifest of an image, or an index of several (OCI image specification; Docker's have the same keys). */
export interface Manifest {
  readonly config?: { readonly digest: Digest; readonly mediaType?: string; readonly size?: number };
  readonly layers?: readonly { readonly size: number; readonly annotations?: Annotations }[];
  readonly manifests?: readonly ManifestOfIndex[];
  /** What it signs or describes. */
  readonly subject?: { readonly digest: Digest };
}

/** What is said of a part, by key. */
export type Annotations = Readonly<Record<string, string>>;

/** What an index says of one of its manifests. */
export interface ManifestOfIndex {
  readonly digest: Digest;
  readonly annotations?: Annotations;
  readonly platform?: PlatformParts;
}

/** A platform as manifests and configurations have it. */
export interface PlatformParts {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

/** The configuration of an image. */
export interface ImageConfiguration extends PlatformParts {
  /** RFC 3339. */
  readonly created?: string;
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
  readonly config?: unknown;
}

/** The manifest of a digest, if it is there. */
export async function readManifest(place: Place, digest: Digest): Promise<Manifest | undefined> {
  const response = await requestManifest(place, { digest }, "GET");
  return response.status === 404 ? undefined : readJson<Manifest>(place, digest, response);
}

/** The images of an index: attestations are none. */
export function imagesOf(manifests: readonly ManifestOfIndex[]): readonly ManifestOfIndex[] {
  return manifests.filter(({ platform }) => platform?.os !== "unknown");
}

/** The configuration of the image of a manifest, if it is there. */
export async function readConfiguration(
  place: Place,
  { config }: Manifest,
): Promise<ImageConfiguration | undefined> {
  if (config === undefined) return undefined;
  const { digest } = config;
  const response = await requestRepository(place, `blobs/${digest}`, { method: "GET" });
  return response.status === 404 ? undefined : readJson<ImageConfiguration>(place, digest, response);
}

/** `os/architecture[/variant]`. */
export function formatPlatform({ os, architecture, variant }: PlatformParts): string {
  return [os, architecture, variant].filter(Boolean).join("/");
}

/** The same for all ways to write the same: what goes without saying is left out (containerd, platforms/database.go). */
export function usualPlatform({ os = "", architecture = "", variant = "" }: PlatformParts): Platform {
  const isImplied = ["arm64/v8", "amd64/v1"].includes(`${architecture}/${variant}`);
  const isMissing = architecture === "arm" && variant === "";
  return formatPlatform({ os, architecture, variant: isMissing ? "v7" : isImplied ? "" : variant });
}

/** What was answered, if it is what was asked for: a proxy's page is not. */
export async function readContent(place: Place, digest: Digest, response: Answer): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (digest === `sha256:${createHash("sha256").update(bytes).digest("hex")}`) return bytes;
  throw wrong(place, digest);
}

async function readJson<Content>(place: Place, digest: Digest, response: Answer): Promise<Content> {
  return JSON.parse((await readContent(place, digest, response)).toString()) as Content;
}

function wrong({ repository }: Place, digest: Digest): UserError {
  return new UserError(`What the registry answers for ${repository}@${digest} has another digest.`, {
    remedy: "Look at the registry, and at any proxy before it.",
  });
}
