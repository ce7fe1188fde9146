/**
 * Copies images from one repository to another, which may be another registry's: the way of `docker push`, from registry to
 * registry (OCI distribution specification, "push" and "mounting a blob from another repository"). Manifests are put byte
 * for byte as they were read, so digests stay; an index comes after what it contains. What is there already is not sent
 * again, so a copy that was broken off is simply repeated.
 */
import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { formatReference } from "../../model/reference.ts";
import type { CopyProgress } from "../../model/copy.ts";
import type { CopyImage } from "../../ports.ts";
import type { Client, Limit } from "./client.ts";
import { isThere, placeBlob, type Placed } from "./place-blob.ts";
import { readTree, type ManifestPart } from "./read-tree.ts";
import { requestRepository, type Place } from "./requests.ts";
import type { Blob } from "./stream-blob.ts";

/** How long nothing may move, in milliseconds. */
const PATIENCE = 30_000;

/** `limit` bounds how many blobs are copied at the same time, of all images together. */
export function openCopier(client: Client, limit: Limit, patience = PATIENCE): CopyImage {
  // By registry and digest, the path of a repository that is known to have a blob: others of the registry take it from there.
  const homes = new Map<string, Promise<string>>();
  return async ({ name, digest }, target, tell, signal) => {
    // Where one layer fails, the others are given up.
    const stop = new AbortController();
    const until = AbortSignal.any([signal, stop.signal]);
    const from: Place = { client, repository: name, signal: until };
    const to: Place = { client, repository: target, signal: until };
    const manifests = await readTree(from, digest);
    const there = await Promise.all(manifests.map((manifest) => isThere(to, `manifests/${manifest.digest}`)));
    const missing = manifests.filter((_, index) => there[index] !== true);
    const count = openCount(manifests, missing, tell);
    const place = async (blob: Blob) => {
      const errand = { from, to, blob, patience };
      await limit(() =>
        placeBlob(errand, homes, (placed) => {
          count(blob.digest, placed);
        }),
      );
    };
    try {
      await Promise.all(distinct(missing.flatMap(({ blobs }) => blobs)).map(place));
      for (const manifest of missing) await putManifest(to, manifest);
    } finally {
      stop.abort();
    }
  };
}

/** Tells what has become of all bytes so far. */
function openCount(
  manifests: readonly ManifestPart[],
  missing: readonly ManifestPart[],
  tell: (progress: CopyProgress) => void,
) {
  const blobs = distinct(manifests.flatMap((manifest) => manifest.blobs));
  const needed = new Set(missing.flatMap((manifest) => manifest.blobs.map(({ digest }) => digest)));
  const placed = new Map<Digest, Placed>(
    blobs
      .filter(({ digest }) => !needed.has(digest))
      .map(({ digest, size }) => [digest, { how: "there", bytes: size }]),
  );
  const total = sum(blobs.map(({ size }) => size));
  const say = () => {
    const of = (how: Placed["how"]) =>
      sum([...placed.values()].map((each) => (each.how === how ? each.bytes : 0)));
    tell({ total, sent: of("sent"), mounted: of("mounted"), there: of("there") });
  };
  say();
  return (digest: Digest, its: Placed) => {
    placed.set(digest, its);
    say();
  };
}

async function putManifest(to: Place, { digest, type, bytes }: ManifestPart): Promise<void> {
  const reference = formatReference({ name: to.repository, digest });
  const sent = { method: "PUT", headers: { "content-type": type }, body: bytes } as const;
  const response = await requestRepository(to, `manifests/${digest}`, sent, reference);
  const answered = parseDigest(response.headers.get("docker-content-digest") ?? digest);
  if (answered !== digest) throw changed(reference, answered);
}

function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function changed(reference: string, answered: Digest | undefined): UserError {
  return new UserError(
    `${reference} was copied, but the registry calls it ${answered ?? "something else"}.`,
    {
      remedy: "It changes manifests: look at how it is set up.",
    },
  );
}
