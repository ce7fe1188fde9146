import { UserError } from "../errors.ts";
import type { Reference } from "../model/reference.ts";
import { digestOf } from "./known-digests.ts";
import { needsDigests } from "./needs-digests.ts";
import { localReference, sharesEngine, type Results, type Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * What an image is built on: of a dependency that is built in this run its name in the engine, or its new digest if
 * that must be known; of another the lockfile's digest.
 */
export function dependencyReference(
  run: Run,
  results: Results,
  dependent: string,
  dependency: string,
): Reference {
  const name = imageIn(run.survey, dependency).image.repository;
  const digest = digestOf(run, results, dependency);
  if (digest === undefined && !needsDigests(run, dependent)) {
    if (sharesEngine(run, dependent, dependency)) return localReference(run, dependency);
    throw outOfReach(dependent, dependency);
  }
  if (digest === undefined) throw new Error(`${dependent} is built before ${dependency} has a digest`);
  return { name, digest };
}

function outOfReach(dependent: string, dependency: string): UserError {
  return new UserError(
    `${dependent} is built on ${dependency} by another builder, which cannot have what is not pushed.`,
    { remedy: "Leave --no-push out, or have both built by one engine." },
  );
}
