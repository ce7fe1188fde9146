import { parseDockerignore } from "../dockerfile/dockerignore.ts";
import { reachFilter, wayFilter } from "../dockerfile/reach.ts";
import type { Image } from "../model/image.ts";
import { formatReference } from "../model/reference.ts";
import type { BuildRequest, ContextEntry, ContextFilter } from "../ports.ts";
import { argumentTexts } from "./arguments.ts";
import type { Results, Run } from "./run.ts";
import { dependencyReference } from "./dependency-reference.ts";
import { dockerfileToBuild } from "./dockerfile-to-build.ts";
import { imageIn, type SurveyedImage } from "./survey.ts";

/** What the builder needs for an image, now that its dependencies are there. */
export async function buildRequest(run: Run, results: Results, name: string): Promise<BuildRequest> {
  const { world, survey, settings } = run;
  const surveyed = imageIn(survey, name);
  const { image, dependencies } = surveyed;
  const references = new Map(
    dependencies.map((dependency) => [dependency, dependencyReference(run, results, name, dependency)]),
  );
  return {
    image: name,
    contextDirectory: `${world.checkout.root}/${image.context}`,
    contextEntries: await contextEntries(run, surveyed),
    dockerfile: dockerfileToBuild(survey, surveyed, references),
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

/** What is sent: what `.dockerignore` leaves and the Dockerfile can reach. */
async function contextEntries(run: Run, { image, facts }: SurveyedImage): Promise<readonly ContextEntry[]> {
  const ignored = parseDockerignore(await readIgnoreFile(run, image));
  const list = (reached: ContextFilter) =>
    run.world.contextFiles.list(image.context, both(ignored, reached), run.signal);
  // BuildKit follows a link on the way to a source: then no path says what the build can read.
  const hasLinks = (await list(wayFilter(facts.reach))).some(({ kind }) => kind === "link");
  return list(reachFilter(hasLinks ? { kind: "everything" } : facts.reach));
}

/** The ignore file of the Dockerfile's own wins over the context's. */
async function readIgnoreFile({ world }: Run, { dockerfile, context }: Image): Promise<string> {
  const own = await world.checkout.read(`${dockerfile}.dockerignore`);
  const bytes = own ?? (await world.checkout.read(inContext(context, ".dockerignore")));
  return Buffer.from(bytes ?? []).toString();
}

function both(a: ContextFilter, b: ContextFilter): ContextFilter {
  return {
    keeps: (path) => a.keeps(path) && b.keeps(path),
    enters: (directory) => a.enters(directory) && b.enters(directory),
  };
}

function inContext(context: string, path: string): string {
  return context === "." ? path : `${context}/${path}`;
}
