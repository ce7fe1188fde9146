import type { Image } from "../model/image.ts";
import type { Registry } from "../ports.ts";

/** Sees to it, before hours of work, that the images' repositories are there to be pushed to. */
export async function prepareRepositories(
  registry: Pick<Registry, "prepare">,
  images: readonly Image[],
  create: boolean,
  signal: AbortSignal,
): Promise<void> {
  const repositories = [...new Set(images.map(({ repository }) => repository))];
  await Promise.all(repositories.map((repository) => registry.prepare(repository, { create }, signal)));
}
