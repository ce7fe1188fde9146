import { splitName } from "../../model/reference.ts";
import type { Registry } from "../../ports.ts";
import type { Client } from "../registries/client.ts";
import type { Google } from "./google.ts";

/** All registries, of which Artifact Registry is asked by its own API where Google's credentials are used. */
export function withArtifactRegistry(others: Registry, google: Google, client: Client): Registry {
  let opened: Promise<Registry> | undefined;
  const open = async () => {
    const { openArtifactRegistry } = await import("./artifact-registry.ts");
    return openArtifactRegistry(google, client);
  };
  const of = async (repository: string): Promise<Registry> =>
    (await google.serves(splitName(repository).registry)) ? (opened ??= open()) : others;
  return {
    resolve: async (reference, signal) => (await of(reference.name)).resolve(reference, signal),
    describe: async (repository, ...rest) => (await of(repository)).describe(repository, ...rest),
    kindOf: async (reference, signal) => (await of(reference.name)).kindOf(reference, signal),
    inspect: async (repository, ...rest) => (await of(repository)).inspect(repository, ...rest),
    sizes: async (repository, ...rest) => (await of(repository)).sizes(repository, ...rest),
    tag: async (repository, ...rest) => (await of(repository)).tag(repository, ...rest),
    tags: async (repository, ...rest) => (await of(repository)).tags(repository, ...rest),
    versions: async (repository, ...rest) => (await of(repository)).versions(repository, ...rest),
    delete: async (repository, ...rest) => (await of(repository)).delete(repository, ...rest),
    prepare: async (repository, ...rest) => (await of(repository)).prepare(repository, ...rest),
  };
}
