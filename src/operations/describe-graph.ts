import { formatReference } from "../model/reference.ts";
import { imageIn, type Survey } from "./survey.ts";

/** One image as `graph --format json` shows it. */
export interface DescribedImage {
  readonly repository: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly dependencies: readonly string[];
  readonly dependents: readonly string[];
  /** What it is built on that the configuration does not declare; `reference` is what BuildKit would fetch. */
  readonly bases: readonly { readonly reference: string; readonly where: string; readonly line: number }[];
}

/** The images and what they are built from. */
export interface DescribedGraph {
  /** Dependencies before their dependents. */
  readonly order: readonly string[];
  readonly images: Readonly<Record<string, DescribedImage>>;
}

/** The graph as data for people's tools. */
export function describeGraph(survey: Survey): DescribedGraph {
  const { order } = survey.graph;
  return { order, images: Object.fromEntries(order.map((name) => [name, describeImage(survey, name)])) };
}

function describeImage(survey: Survey, name: string): DescribedImage {
  const { image, facts, dependencies } = imageIn(survey, name);
  const bases = facts.uses.filter(({ reference }) => survey.owner(reference) === undefined);
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
