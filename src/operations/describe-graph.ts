import type { DescribedGraph, DescribedImage, JudgedImage } from "../model/described-image.ts";
import { formatReference } from "../model/reference.ts";
import type { Staleness } from "../model/staleness.ts";
import { imageIn, type Survey } from "./survey.ts";

/** The graph, or some of its images in their order, as data for people's tools. */
export function describeGraph(survey: Survey, order = survey.graph.order): DescribedGraph {
  return { order, images: Object.fromEntries(order.map((name) => [name, describeImage(survey, name)])) };
}

/** The same with what is stale, and why. */
export function judgeGraph(
  survey: Survey,
  order: readonly string[],
  staleness: ReadonlyMap<string, Staleness>,
): DescribedGraph<JudgedImage> {
  const judged = order.map((name) => [
    name,
    { ...describeImage(survey, name), ...judgement(staleness.get(name)) },
  ]);
  return { order, images: Object.fromEntries(judged) as Readonly<Record<string, JudgedImage>> };
}

function judgement(staleness: Staleness | undefined): Pick<JudgedImage, "stale" | "reasons"> {
  switch (staleness?.state) {
    case "stale":
      return { stale: true, reasons: staleness.reasons };
    case "up to date":
      return { stale: false };
    case "unknown":
    case undefined:
      return {};
  }
}

function describeImage(survey: Survey, name: string): DescribedImage {
  const { image, facts, dependencies } = imageIn(survey, name);
  const bases = facts.uses.filter(({ reference }) => survey.ownerOfUse(reference) === undefined);
  return {
    repository: image.repository,
    dockerfile: image.dockerfile,
    ...(image.target === undefined ? {} : { target: image.target }),
    dependencies,
    dependents: survey.graph.dependentsOf(name),
    bases: bases.map(({ reference, where, line }) => ({
      reference: formatReference(reference),
      where,
      line,
    })),
  };
}
