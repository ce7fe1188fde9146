import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { formatReference } from "../../model/reference.ts";
import { readContent } from "./manifests.ts";
import { requestManifest, type Place } from "./requests.ts";
import type { Blob } from "./stream-blob.ts";

/** A manifest as a registry has it, and what it needs beside other manifests. */
export interface ManifestPart {
  readonly digest: Digest;
  readonly type: string;
  readonly bytes: Buffer;
  readonly blobs: readonly Blob[];
}

/** What a manifest says of its parts (OCI image specification; Docker's have the same keys). */
interface Content {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
}

/** Layers that are nobody's to distribute: they are where their `urls` say. */
const ELSEWHERE = /\.(?:foreign|nondistributable)\./;

/** A manifest with all that it contains, each once, and before what contains it. A `UserError` where something is lacking. */
export async function readTree(place: Place, digest: Digest): Promise<readonly ManifestPart[]> {
  const found = new Map<Digest, Promise<readonly ManifestPart[]>>();
  const read = (each: Digest) => {
    const known = found.get(each);
    const parts = known ?? readPart(place, each, read);
    found.set(each, parts);
    return known === undefined ? parts : Promise.resolve([]);
  };
  return read(digest);
}

async function readPart(
  place: Place,
  digest: Digest,
  read: (digest: Digest) => Promise<readonly ManifestPart[]>,
): Promise<readonly ManifestPart[]> {
  const response = await requestManifest(place, { digest }, "GET");
  if (response.status === 404) throw missing(place, digest);
  const bytes = await readContent(place, digest, response);
  const content = JSON.parse(bytes.toString()) as Content;
  const type = response.headers.get("content-type")?.split(";")[0]?.trim() ?? content.mediaType ?? "";
  const contained = await Promise.all((content.manifests ?? []).map((each) => read(digestOf(place, each))));
  const blobs = [content.config ?? [], content.layers ?? []]
    .flat()
    .filter(({ mediaType = "" }) => !ELSEWHERE.test(mediaType))
    .map((each) => ({ digest: digestOf(place, each), size: each.size }));
  return [...contained.flat(), { digest, type, bytes, blobs }];
}

function digestOf({ repository }: Place, { digest }: Descriptor): Digest {
  const parsed = parseDigest(digest);
  if (parsed !== undefined) return parsed;
  throw new UserError(`A manifest of ${repository} names something by ${digest}.`, {
    remedy: "Only sha256 digests are known here. Build it with a builder that writes them.",
  });
}

function missing({ repository }: Place, digest: Digest): UserError {
  const name = formatReference({ name: repository, digest });
  return new UserError(`The registry does not have ${name}, or not all that an index contains.`, {
    remedy: "Build the image again: manage-images --force --image NAME",
  });
}
