import type { DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import { chooseBuilder } from "../plan/choose-builder.ts";
import type { BuildRequest, ContextEntry } from "../ports.ts";
import { argumentsFor, argumentTexts } from "./arguments.ts";
import { localName, type Results, type Run } from "./run.ts";
import { buildExtras } from "./build-extras.ts";
import { contextsOf, type ContextsOf } from "./context-entries.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { labelsToAdd } from "./default-labels.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { successorsIn } from "./known-digests.ts";
import { isBuiltApart } from "./is-built-apart.ts";
import { commonTags } from "./tags.ts";
import { imageIn, type SurveyedImage } from "./survey.ts";

/** Builds that can begin. */
export interface PreparedBuilds {
  /** One, or one for each platform where these are built apart. */
  readonly requests: readonly [BuildRequest, ...BuildRequest[]];
  /** The files that it is made from. */
  readonly sent: ContextsOf<ContextEntry>;
}

/** 1980-01-01, in seconds since 1970: what files of the context have, too. No time of a commit: it is another one each time. */
const EPOCH = "315532800";

/** What the builder needs for an image, now that its dependencies are there. */
export async function buildRequests(run: Run, results: Results, name: string): Promise<PreparedBuilds> {
  const { world, configured, survey } = run;
  const surveyed = imageIn(survey, name);
  const contexts = await contextsOf(
    { checkout: world.checkout, files: world.contextFiles },
    configured,
    surveyed,
    run.signal,
  );
  const references = new Map(
    surveyed.dependencies.map((each) => [each, dependencyReference(run, results, name, each)]),
  );
  const isForBuildx = chooseBuilder(surveyed.image).kind === "buildx";
  const extras = isForBuildx ? { extras: await buildExtras(run, name, contexts, references) } : {};
  const requests = groupsOf(run, name).map((inputs) => ({
    ...requestFor(run, results, surveyed, inputs, references),
    contextEntries: contexts.entries,
    ...extras,
  }));
  const [first, ...others] = await Promise.all(
    requests.map(async (request) => {
      const labels = { ...(await labelsToAdd(run, request)), ...surveyed.image.labels };
      return { ...request, labels };
    }),
  );
  if (first === undefined) throw new Error(`${name} has no platform`);
  return { requests: [first, ...others], sent: contexts };
}

/** The platforms that are built together. */
function groupsOf({ survey }: Run, name: string): readonly (readonly DockerfileInput[])[] {
  const surveyed = imageIn(survey, name);
  return isBuiltApart(survey, surveyed) ? surveyed.inputs.map((input) => [input]) : [surveyed.inputs];
}

function requestFor(
  run: Run,
  results: Results,
  { image, dependencies }: SurveyedImage,
  inputs: readonly DockerfileInput[],
  references: ReadonlyMap<string, Reference>,
): Omit<BuildRequest, "contextEntries" | "labels"> {
  const { world, survey, settings } = run;
  const platforms = inputs.map(({ platform }) => platform);
  const isWhole = platforms.length === image.platforms.length;
  return {
    image: image.name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    dockerfile: dockerfileToBuild(survey, inputs, references, successorsIn(run, results, image.name)),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: {
      ...(image.reproducible ? { SOURCE_DATE_EPOCH: EPOCH } : {}),
      ...argumentTexts(argumentsFor(image, platforms[0] ?? ""), (dependency) =>
        formatReference(references.get(dependency) ?? { name: dependency }),
      ),
    },
    platforms,
    ...(image.network === undefined ? {} : { network: image.network }),
    reproducible: image.reproducible ?? false,
    noCache: settings.noCache,
    // What is in the engine alone cannot be pulled.
    pull: settings.pull && (settings.push || !dependencies.some((dependency) => run.images.has(dependency))),
    repository: image.repository,
    push: settings.push,
    names: isWhole
      ? [
          localName(run, image.name),
          ...commonTags(run, image.name).map((tag) => `${image.repository}:${tag}`),
        ]
      : platforms.map((platform) => localName(run, image.name, platform)),
  };
}
