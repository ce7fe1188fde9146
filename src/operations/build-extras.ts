import { isAbsolute, join } from "node:path";
import type { NamedContext, SecretSource } from "../model/image.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import type { BuildExtras, ContextSource, SizedEntry } from "../ports.ts";
import { ignoredText, type ContextsOf } from "./context-entries.ts";
import { atCommit } from "./options-of.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/** What a builder that can do more than the engine's API must be told of an image beside what every builder is. */
export async function buildExtras(
  run: Run,
  name: string,
  contexts: ContextsOf<SizedEntry>,
  references: ReadonlyMap<string, Reference>,
): Promise<BuildExtras> {
  const { world, configured, survey, inputsOf } = run;
  const { image } = imageIn(survey, name);
  const { commits } = await inputsOf(name);
  const sources = await Promise.all(
    Object.entries(image.contexts ?? {}).map(async ([key, context]) => {
      const source = await sourceOf(run, context, contexts.named[key] ?? [], references, (git) =>
        atCommit(git, commits),
      );
      return source === undefined ? [] : [[key, source] as const];
    }),
  );
  return {
    ignored: await ignoredText(world.checkout, configured, image),
    ...(image.gitContext === undefined ? {} : { gitContext: atCommit(image.gitContext, commits) }),
    contexts: Object.fromEntries(sources.flat()),
    secrets: placedBelow(world.checkout.root, image.secrets ?? {}),
    ssh: image.ssh ?? [],
    cacheFrom: image.cacheFrom ?? [],
    cacheTo: image.cacheTo ?? [],
    ...(image.provenance === undefined ? {} : { provenance: image.provenance }),
    sbom: image.sbom ?? false,
    annotations: image.annotations ?? {},
  };
}

/** Files of secrets with their whole paths. */
function placedBelow(root: string, secrets: BuildExtras["secrets"]): BuildExtras["secrets"] {
  const placed = Object.entries(secrets).map(([id, source]): [string, SecretSource] => {
    const isWhole = "environment" in source || isAbsolute(source.file);
    return [id, isWhole ? source : { file: join(root, source.file) }];
  });
  return Object.fromEntries(placed);
}

/** What a named context is made of; `undefined` for an optional image that its registry does not have. */
async function sourceOf(
  { world, signal }: Run,
  context: NamedContext,
  entries: readonly SizedEntry[],
  references: ReadonlyMap<string, Reference>,
  format: (source: (NamedContext & { readonly kind: "git" })["source"]) => string,
): Promise<ContextSource | undefined> {
  switch (context.kind) {
    case "directory":
      return { directory: `${world.checkout.root}/${context.path}`, entries };
    case "git":
      return { url: format(context.source) };
    case "image":
      return { url: imageUrl(references.get(context.image) ?? { name: context.image }) };
    case "base": {
      const { reference, isOptional } = context;
      const isThere = !isOptional || (await world.registry.resolve(reference, signal)) !== undefined;
      return isThere ? { url: imageUrl(reference) } : undefined;
    }
  }
}

function imageUrl(reference: Reference): string {
  return `docker-image://${formatReference(reference)}`;
}
