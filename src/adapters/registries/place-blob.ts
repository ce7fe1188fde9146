import { UserError } from "../../errors.ts";
import type { Digest } from "../../model/digest.ts";
import { splitName } from "../../model/reference.ts";
import type { Answer } from "../http/ways.ts";
import { PAUSES } from "./patient-fetch.ts";
import { pause } from "./quiet.ts";
import { MANIFEST_TYPES, requestRepository, type Place } from "./requests.ts";
import { streamBlob, type Errand } from "./stream-blob.ts";

/** How a blob came to be where it was to be, and how many of its bytes already have. */
export interface Placed {
  readonly how: "there" | "mounted" | "sent";
  readonly bytes: number;
}

/**
 * Sees to it that a repository has a blob: by leaving it there, by mounting it from another repository of the registry, or by
 * sending it. What is sent by somebody else of this run to the same registry is waited for, and mounted. What failed and may
 * succeed a moment later is tried again, from the beginning.
 */
export async function placeBlob(
  errand: Errand,
  homes: Map<string, Promise<string>>,
  tell: (placed: Placed) => void,
): Promise<void> {
  const { from, to, blob } = errand;
  const target = splitName(to.repository);
  const source = splitName(from.repository);
  const key = `${target.registry} ${blob.digest}`;
  const known =
    source.registry === target.registry ? source.path : await homes.get(key)?.catch(() => undefined);
  const placed = tryAll(errand, known, tell).then(() => target.path);
  if (known === undefined) homes.set(key, placed);
  await placed;
}

async function tryAll(errand: Errand, home: string | undefined, tell: (placed: Placed) => void) {
  for (const milliseconds of PAUSES) {
    try {
      await tryOnce(errand, home, tell);
      return;
    } catch (error) {
      if (!(error instanceof UserError && error.isTransient)) throw error;
      await pause(milliseconds, errand.to.signal);
    }
  }
  await tryOnce(errand, home, tell);
}

async function tryOnce(errand: Errand, home: string | undefined, tell: (placed: Placed) => void) {
  const { to, blob } = errand;
  // The answer to an earlier attempt may be all that was lost.
  if (await isThere(to, `blobs/${blob.digest}`)) {
    tell({ how: "there", bytes: blob.size });
    return;
  }
  const upload = home === undefined ? await begin(to) : await mount(to, blob.digest, home);
  if (upload === undefined) {
    tell({ how: "mounted", bytes: blob.size });
    return;
  }
  upload.search += `${upload.search === "" ? "" : "&"}digest=${encodeURIComponent(blob.digest)}`;
  tell({ how: "sent", bytes: 0 });
  await streamBlob(errand, upload, (bytes) => {
    tell({ how: "sent", bytes });
  });
}

/** Who may write is told of a repository that is not there yet that it has nothing; who may only read may be refused. */
export async function isThere(to: Place, path: string): Promise<boolean> {
  const scope = `repository:${splitName(to.repository).path}:pull,push`;
  const sent = { method: "HEAD", headers: { accept: MANIFEST_TYPES }, scope } as const;
  return (await requestRepository(to, path, sent)).ok;
}

/** Where the upload is that was begun instead of mounting, or `undefined`: it is mounted (end-11). */
async function mount(to: Place, digest: Digest, home: string): Promise<URL | undefined> {
  const scope = `repository:${splitName(to.repository).path}:pull,push repository:${home}:pull`;
  const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(home)}`;
  try {
    const response = await requestRepository(to, `blobs/uploads/${query}`, { method: "POST", scope });
    return response.status === 201 ? undefined : await uploadOf(to, response);
  } catch (error) {
    // Registries refuse it where one may not read the other repository; what else is wrong, the upload will say.
    if (error instanceof UserError) return begin(to);
    throw error;
  }
}

/** Where the upload is that was begun (end-4a). */
async function begin(to: Place): Promise<URL> {
  return uploadOf(to, await requestRepository(to, "blobs/uploads/", { method: "POST" }));
}

/** A registry behind a proxy may not know that it is spoken to with TLS. */
async function uploadOf({ client, repository }: Place, response: Answer): Promise<URL> {
  const { registry } = splitName(repository);
  const origin = new URL(await client.transport.originOf(registry));
  const location = response.headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, origin.href)) throw nowhere(repository);
  const url = new URL(location, origin);
  return url.host === origin.host ? new URL(`${url.pathname}${url.search}`, origin) : url;
}

function nowhere(repository: string): UserError {
  return new UserError(`The registry does not say where ${repository} is uploaded to.`, {
    remedy: "Check that this is a registry of container images, and any proxy before it.",
  });
}
