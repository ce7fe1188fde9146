import { formatReference } from "../model/reference.ts";
import type { BuildRequest } from "../ports.ts";
import { argumentTexts } from "./arguments.ts";
import type { Results, Run } from "./run.ts";
import { contextEntries } from "./context-entries.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { labelsToAdd } from "./default-labels.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { successorsIn } from "./known-digests.ts";
import { imageIn } from "./survey.ts";

/** 1980-01-01, in seconds since 1970: what files of the context have, too. No time of a commit: it is another one each time. */
const EPOCH = "315532800";

/** What the builder needs for an image, now that its dependencies are there. */
export async function buildRequest(run: Run, results: Results, name: string): Promise<BuildRequest> {
  const { world, configured, survey, settings } = run;
  const surveyed = imageIn(survey, name);
  const { image, dependencies } = surveyed;
  const references = new Map(
    dependencies.map((dependency) => [dependency, dependencyReference(run, results, name, dependency)]),
  );
  const request = {
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
    args: {
      ...(image.reproducible ? { SOURCE_DATE_EPOCH: EPOCH } : {}),
      ...argumentTexts(image, (dependency) =>
        formatReference(references.get(dependency) ?? { name: dependency }),
      ),
    },
    platform: image.platforms[0] ?? "linux/amd64",
    ...(image.network === undefined ? {} : { network: image.network }),
    reproducible: image.reproducible ?? false,
    noCache: settings.noCache,
    // What is in the engine alone cannot be pulled.
    pull: settings.pull && (settings.push || !dependencies.some((dependency) => run.images.has(dependency))),
    names: [settings.localTag, ...image.tags].map((tag) => `${image.repository}:${tag}`),
  };
  return { ...request, labels: { ...(await labelsToAdd(run, request)), ...image.labels } };
}
