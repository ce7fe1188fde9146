import { formatReference } from "../model/reference.ts";
import type { BuildRequest } from "../ports.ts";
import { argumentTexts } from "./arguments.ts";
import type { Results, Run } from "./run.ts";
import { contextEntries } from "./context-entries.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { successorsIn } from "./known-digests.ts";
import { imageIn } from "./survey.ts";

/** What the builder needs for an image, now that its dependencies are there. */
export async function buildRequest(run: Run, results: Results, name: string): Promise<BuildRequest> {
  const { world, configured, survey, settings } = run;
  const surveyed = imageIn(survey, name);
  const { image, dependencies } = surveyed;
  const references = new Map(
    dependencies.map((dependency) => [dependency, dependencyReference(run, results, name, dependency)]),
  );
  return {
    image: name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    contextEntries: await contextEntries(
      { checkout: world.checkout, files: world.contextFiles },
      configured,
      surveyed,
      run.signal,
    ),
    dockerfile: dockerfileToBuild(survey, surveyed, references, successorsIn(run, results, name)),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argumentTexts(image, (dependency) =>
      formatReference(references.get(dependency) ?? { name: dependency }),
    ),
    platform: image.platforms[0] ?? "linux/amd64",
    labels: image.labels,
    ...(image.network === undefined ? {} : { network: image.network }),
    noCache: settings.noCache,
    // What is in the engine alone cannot be pulled.
    pull: settings.pull && (settings.push || !dependencies.some((dependency) => run.images.has(dependency))),
    names: [settings.localTag, ...image.tags].map((tag) => `${image.repository}:${tag}`),
  };
}
