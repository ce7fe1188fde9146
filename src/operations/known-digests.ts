import type { Digest } from "../model/digest.ts";
import type { Results, Run } from "./run.ts";

/** The digests of an image's dependencies, as far as they are known by now. */
export interface KnownDigests {
  readonly dependencies: ReadonlyMap<string, Digest>;
  /** The dependencies that are still being pushed. */
  readonly unsettled: readonly string[];
}

/** What is known of an image's dependencies: those of this run by its results, the others by the lockfile. */
export function knownDigests(run: Run, results: Results, image: string): KnownDigests {
  const dependencies = new Map<string, Digest>();
  const unsettled: string[] = [];
  for (const name of run.survey.graph.dependenciesOf(image)) {
    const digest = digestOf(run, results, name);
    if (digest === undefined) unsettled.push(name);
    else dependencies.set(name, digest);
  }
  return { dependencies, unsettled };
}

/** The digest of an image, if it is known by now. */
export function digestOf(run: Run, results: Results, image: string): Digest | undefined {
  if (!run.images.has(image)) return run.survey.lockfile.images.get(image)?.digest;
  return results.get(image)?.digest ?? run.kept.get(image);
}
