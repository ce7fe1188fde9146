import { resolveContext } from "../adapters/files/context-files.ts";
import type { Image, NamedContext } from "../model/image.ts";

/**
 * The images with the directories that their contexts are, as git and ignore files know of no paths through links. An image
 * without links in its paths stays the same object.
 */
export function resolveContexts(images: readonly Image[], root: string): readonly Image[] {
  const known = new Map<string, string>();
  const resolve = (directory: string) => {
    const path = known.get(directory) ?? resolveContext(root, directory);
    known.set(directory, path);
    return path;
  };
  return images.map((image) => {
    const named = Object.values(image.contexts ?? {}).filter((context) => context.kind === "directory");
    const paths = [image.context, ...named.map(({ path }) => path)];
    return paths.every((path) => resolve(path) === path) ? image : withResolved(image, resolve);
  });
}

function withResolved(image: Image, resolve: (directory: string) => string): Image {
  const contexts = Object.entries(image.contexts ?? {}).map(([name, context]): [string, NamedContext] => [
    name,
    context.kind === "directory" ? { ...context, path: resolve(context.path) } : context,
  ]);
  return {
    ...image,
    context: resolve(image.context),
    ...(contexts.length === 0 ? {} : { contexts: Object.fromEntries(contexts) }),
  };
}
