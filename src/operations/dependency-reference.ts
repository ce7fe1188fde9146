import { parseReference, type Reference } from "../model/reference.ts";
import type { Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * What a dependent is built on: the digest that was just pushed or that the lockfile holds. An image that was built
 * and not pushed has none; then it is its name in the engine.
 */
export function dependencyReference(run: Pick<Run, "survey" | "results">, dependency: string): Reference {
  const { repository, tags } = imageIn(run.survey, dependency).image;
  const name = parseReference(repository)?.name ?? repository;
  const result = run.results.get(dependency);
  const digest = result === undefined ? run.survey.lockfile.images.get(dependency)?.digest : result.digest;
  return digest === undefined ? { name, tag: tags[0] ?? "latest" } : { name, digest };
}
