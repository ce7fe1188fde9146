import { successorsOf, type Entries } from "../lockfile/successors.ts";
import type { Digest } from "../model/digest.ts";
import type { SuccessorOf } from "../model/successor.ts";
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

/** What pins of an image's dependencies carry in its build, and will carry after the run. */
export function successorsIn(run: Run, results: Results, image: string): SuccessorOf {
  const { lockfile, graph } = run.survey;
  const entries = graph.dependenciesOf(image).flatMap((name) => {
    const digest = digestOf(run, results, name);
    if (digest === undefined) return [];
    const said = [results.get(name), lockfile.images.get(name)].find((each) => each?.digest === digest);
    const platforms = said?.platforms === undefined ? {} : { platforms: said.platforms };
    return [[name, { digest, ...platforms }] as const];
  });
  return successorsOf(new Map(entries), earlierEntriesIn(run, results));
}

/** What the lockfile says, and what it should have said of the platforms of what it had. */
export function earlierEntriesIn({ survey }: Run, results: Results): readonly Entries[] {
  const { images } = survey.lockfile;
  const completed = [...images].flatMap(([image, { digest }]) => {
    const platforms = results.get(image)?.previousPlatforms;
    return platforms === undefined ? [] : [[image, { digest, platforms }] as const];
  });
  return [images, new Map(completed)];
}
