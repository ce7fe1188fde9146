import { formatReference } from "../model/reference.ts";
import { chooseBuilder } from "../plan/choose-builder.ts";
import type { BuildRequest, ContextEntry } from "../ports.ts";
import { argumentTexts } from "./arguments.ts";
import type { Results, Run } from "./run.ts";
import { buildExtras } from "./build-extras.ts";
import { contextsOf, type ContextsOf } from "./context-entries.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { imageIn } from "./survey.ts";

/** A build that can begin. */
export interface PreparedBuild {
  readonly request: BuildRequest;
  /** The files that it is made from. */
  readonly sent: ContextsOf<ContextEntry>;
}

/** What the builder needs for an image, now that its dependencies are there. */
export async function buildRequest(run: Run, results: Results, name: string): Promise<PreparedBuild> {
  const { world, configured, survey, settings } = run;
  const surveyed = imageIn(survey, name);
  const { image, dependencies } = surveyed;
  const references = new Map(
    dependencies.map((dependency) => [dependency, dependencyReference(run, results, name, dependency)]),
  );
  const contexts = await contextsOf(
    { checkout: world.checkout, files: world.contextFiles },
    configured,
    surveyed,
    run.signal,
  );
  const isForBuildx = chooseBuilder(image).kind === "buildx";
  const request: BuildRequest = {
    image: name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    contextEntries: contexts.entries,
    dockerfile: dockerfileToBuild(survey, surveyed, references),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argumentTexts(image, (dependency) =>
      formatReference(references.get(dependency) ?? { name: dependency }),
    ),
    platforms: image.platforms,
    labels: image.labels,
    ...(image.network === undefined ? {} : { network: image.network }),
    noCache: settings.noCache,
    // What is in the engine alone cannot be pulled.
    pull: settings.pull && (settings.push || !dependencies.some((dependency) => run.images.has(dependency))),
    repository: image.repository,
    push: settings.push,
    names: [settings.localTag, ...image.tags].map((tag) => `${image.repository}:${tag}`),
    ...(isForBuildx ? { extras: await buildExtras(run, name, contexts, references) } : {}),
  };
  return { request, sent: contexts };
}
