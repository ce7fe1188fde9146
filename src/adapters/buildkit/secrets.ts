import { readFile, stat } from "node:fs/promises";
import { UserError } from "../../errors.ts";
import type { SecretSource } from "../../model/image.ts";

/** A build's secrets, by id. */
type Sources = Readonly<Record<string, SecretSource>>;

/** The variables that secrets may come from. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What BuildKit takes of one, in bytes (https://github.com/moby/buildkit/blob/master/session/secrets/secretsprovider/store.go). */
const MOST = 500 * 1024;

/**
 * That all secrets are there; else a `UserError`. BuildKit passes over one that is not, and the step that needs it fails for a
 * reason that it cannot tell.
 */
export async function checkSecrets(environment: Environment, image: string, secrets: Sources): Promise<void> {
  for (const [id, source] of Object.entries(secrets))
    await checkSecret(environment, `The secret ${id} of ${image}`, source);
}

/** The bytes of a secret; `undefined` if the build has none of that id. It is read when a step asks for it. */
export async function readSecret(
  environment: Environment,
  secrets: Sources,
  id: string,
): Promise<Uint8Array | undefined> {
  const source = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
  if (source === undefined) return undefined;
  if ("file" in source) return readFile(source.file);
  const value = environment[source.environment];
  return value === undefined ? undefined : Buffer.from(value);
}

async function checkSecret(environment: Environment, what: string, source: SecretSource): Promise<void> {
  if ("environment" in source) {
    const { environment: name } = source;
    if (environment[name] === undefined)
      throw new UserError(`${what} is to come from ${name}, which is not set.`, {
        remedy: `Set the environment variable ${name}.`,
      });
    return;
  }
  const { file } = source;
  const found = await stat(file).catch((cause: unknown) => {
    throw new UserError(`${what} is to come from ${file}, which cannot be read.`, {
      remedy: "Put the file there, or name another one in the configuration.",
      cause,
    });
  });
  if (found.size > MOST)
    throw new UserError(
      `${what} is to come from ${file}, which is larger than the ${MOST / 1024} KiB that BuildKit takes.`,
    );
}
