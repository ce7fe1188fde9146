import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { call, callIfThere, listAll, type Api } from "./call.ts";
import { STATUS, statusOf } from "./explain-status.ts";
import { lastPart, packageResource, type ArtifactName } from "./names.ts";

/** The digest of a tag or, if the registry has it, of a digest. */
export async function resolve(
  api: Api,
  name: ArtifactName,
  { digest, tag = "latest" }: { readonly digest?: Digest; readonly tag?: string },
  signal: AbortSignal | undefined,
): Promise<Digest | undefined> {
  const parent = packageResource(name);
  if (digest !== undefined) {
    const version = `${parent}/versions/${digest}`;
    const found = await callIfThere(api, `look ${version} up`, signal, (client, options) =>
      client.getVersion({ name: version }, options),
    );
    return found === undefined ? undefined : digest;
  }
  const found = await callIfThere(api, `look ${parent}/tags/${tag} up`, signal, (client, options) =>
    client.getTag({ name: `${parent}/tags/${tag}` }, options),
  );
  return parseDigest(lastPart(found?.[0].version));
}

/** All tags of an image with their digests; `undefined` if there is no such image. */
export async function listTags(
  api: Api,
  name: ArtifactName,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Digest> | undefined> {
  const parent = packageResource(name);
  const found = await listAll(api, `list the tags of ${parent}`, signal, (client, page, options) =>
    client.listTags({ parent, ...page }, options),
  );
  if (found === undefined) return undefined;
  const tags = found.flatMap(({ name: tag, version }): [string, Digest][] => {
    const digest = parseDigest(lastPart(version));
    return digest === undefined ? [] : [[lastPart(tag), digest]];
  });
  return new Map(tags);
}

/** Creates a tag, or moves it. A `UserError` if the registry does not have the digest. */
export async function setTag(
  api: Api,
  name: ArtifactName,
  digest: Digest,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const parent = packageResource(name);
  const wanted = { name: `${parent}/tags/${tag}`, version: `${parent}/versions/${digest}` };
  if ((await resolve(api, name, { digest }, signal)) === undefined) throw gone(wanted.version);
  const present = await resolve(api, name, { tag }, signal);
  if (present === digest) return;
  const move = () =>
    call(api, `move ${wanted.name}`, signal, (client, options) =>
      client.updateTag({ tag: wanted, updateMask: { paths: ["version"] } }, options),
    );
  if (present !== undefined) {
    await move();
    return;
  }
  try {
    await call(api, `create ${wanted.name}`, signal, (client, options) =>
      client.createTag({ parent, tagId: tag, tag: wanted }, options),
    );
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof UserError) || statusOf(error.cause) !== STATUS.ALREADY_EXISTS) throw error;
    await move();
  }
}

function gone(version: string): UserError {
  return new UserError(`Artifact Registry does not have ${version} any more.`, {
    remedy: "Run the same command again.",
  });
}
