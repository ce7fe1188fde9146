import { UserError } from "../../errors.ts";
import { parseDigest, type Digest } from "../../model/digest.ts";
import { parseReference, splitName } from "../../model/reference.ts";
import type { Attention } from "../../ports.ts";
import type { FindCredentials } from "../credentials/credentials.ts";
import { formatAuthConfig, redact } from "../credentials/docker-credentials.ts";
import { isTransient } from "./transient.ts";
import type { Engine } from "./engine.ts";
import type { EngineMessage } from "./json-lines.ts";

/**
 * Pushes `repository:tag`. The credentials are looked up just now, because those that were good before a long build may no
 * longer be. The digest if the engine says it apart from its progress text. A failure is a `UserError` without secrets.
 */
export async function pushImage(
  engine: Engine,
  findCredentials: FindCredentials,
  name: string,
  attention: Attention,
): Promise<Digest | undefined> {
  const { name: repository, tag = "latest" } = parseReference(name) ?? { name };
  const { registry } = splitName(repository);
  const credentials = await findCredentials(registry, attention.signal);
  const auth = formatAuthConfig(credentials, registry);
  attention.step(`pushing ${name}`);
  let digest: Digest | undefined;
  for await (const message of engine.post(`/images/${repository}/push`, {
    query: { tag },
    auth,
    signal: attention.signal,
  })) {
    if (message.error !== undefined) throw pushFailed(name, registry, redact(message.error, credentials));
    digest = pushedDigest(message) ?? digest;
    if (isWorthALine(message)) attention.log([message.id, message.status].filter(Boolean).join(": "));
  }
  return digest;
}

function pushedDigest({ aux }: EngineMessage): Digest | undefined {
  const { Digest: digest } = (aux ?? {}) as { readonly Digest?: unknown };
  return typeof digest === "string" ? parseDigest(digest) : undefined;
}

/** Not the many reports of how far a layer has come. */
function isWorthALine({ status, progressDetail }: EngineMessage): boolean {
  return status !== undefined && progressDetail?.total === undefined;
}

function pushFailed(name: string, registry: string, message: string): UserError {
  return new UserError(`${name} could not be pushed: ${message}`, {
    remedy: remedyFor(message, registry),
    isTransient: isTransient(message),
  });
}

function remedyFor(message: string, registry: string): string {
  if (/denied|unauthorized|authentication required|no basic auth|forbidden|\b40[13]\b/i.test(message)) {
    return `Log in as someone who may push there: docker login ${registry}`;
  }
  if (/\b5\d\d\b|too many requests|\b429\b/i.test(message))
    return "The registry has trouble of its own: run again later.";
  return `Check that ${registry} is the right registry, and that the engine can reach it.`;
}
