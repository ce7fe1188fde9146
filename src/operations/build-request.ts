import type { DockerfileInput } from "../dockerfile/read-dockerfile.ts";
import { formatReference, type Reference } from "../model/reference.ts";
import { chooseBuilder } from "../plan/choose-builder.ts";
import type { BuildRequest, ContextEntry } from "../ports.ts";
import { argumentsFor, argumentTexts } from "./arguments.ts";
import { localName, type Results, type Run } from "./run.ts";
import { buildExtras } from "./build-extras.ts";
import { contextsOf, type ContextsOf } from "./context-entries.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
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
  const [first, ...others] = groupsOf(run, name).map((inputs) => ({
    ...requestFor(run, surveyed, inputs, references),
    contextEntries: contexts.entries,
    ...extras,
  }));
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
  { image, dependencies }: SurveyedImage,
  inputs: readonly DockerfileInput[],
  references: ReadonlyMap<string, Reference>,
): Omit<BuildRequest, "contextEntries"> {
  const { world, survey, settings } = run;
  const platforms = inputs.map(({ platform }) => platform);
  const isWhole = platforms.length === image.platforms.length;
  return {
    image: image.name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    dockerfile: dockerfileToBuild(survey, inputs, references),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argumentTexts(argumentsFor(image, platforms[0] ?? ""), (dependency) =>
      formatReference(references.get(dependency) ?? { name: dependency }),
    ),
    platforms,
    labels: image.labels,
    ...(image.network === undefined ? {} : { network: image.network }),
    noCache: settings.noCache,
    // What is in the engine alone cannot be pulled.
    pull: settings.pull && (settings.push || !dependencies.some((dependency) => run.images.has(dependency))),
    repository: image.repository,
    push: settings.push,
    names: isWhole
      ? [settings.localTag, ...commonTags(run, image.name)].map((tag) => `${image.repository}:${tag}`)
      : platforms.map((platform) => localName(run, image.name, platform)),
  };
}
