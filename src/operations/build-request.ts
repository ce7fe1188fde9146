import { parseDockerignore } from "../dockerfile/dockerignore.ts";
import { reachFilter } from "../dockerfile/reach.ts";
import { formatReference } from "../model/reference.ts";
import type { BuildRequest, ContextFilter } from "../ports.ts";
import { argumentTexts } from "./arguments.ts";
import type { Run } from "./run.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { imageIn, type SurveyedImage } from "./survey.ts";

/** What the builder needs for an image, now that all of its dependencies are done. */
export async function buildRequest(run: Run, name: string): Promise<BuildRequest> {
  const { world, settings } = run;
  const surveyed = imageIn(run.survey, name);
  const { image } = surveyed;
  const filter = await contextFilter(run, surveyed);
  return {
    image: name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    contextEntries: await world.contextFiles.list(image.context, filter, run.signal),
    dockerfile: dockerfileToBuild(run, surveyed),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argumentTexts(image, (dependency) => formatReference(dependencyReference(run, dependency))),
    platform: image.platforms[0] ?? "linux/amd64",
    labels: image.labels,
    ...(image.network === undefined ? {} : { network: image.network }),
    noCache: settings.noCache,
    pull: settings.pull,
    names: image.tags.map((tag) => `${image.repository}:${tag}`),
  };
}

/** What is sent: what `.dockerignore` leaves and the Dockerfile can reach. */
async function contextFilter({ world }: Run, { image, facts }: SurveyedImage): Promise<ContextFilter> {
  const own = await world.checkout.read(`${image.dockerfile}.dockerignore`);
  const ignore = own ?? (await world.checkout.read(inContext(image.context, ".dockerignore")));
  const ignored = parseDockerignore(Buffer.from(ignore ?? []).toString());
  const reached = reachFilter(facts.reach);
  return {
    keeps: (path) => ignored.keeps(path) && reached.keeps(path),
    enters: (directory) => ignored.enters(directory) && reached.enters(directory),
  };
}

function inContext(context: string, path: string): string {
  return context === "." ? path : `${context}/${path}`;
}
