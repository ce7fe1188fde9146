/** Whether Dockerfiles agree with the configuration and the lockfile. Pure. */
import type { BaseUse } from "../dockerfile/read-dockerfile.ts";
import { differenceOf } from "../graph/compare-dependencies.ts";
import { successorsOf } from "../lockfile/successors.ts";
import type { Digest } from "../model/digest.ts";
import type { Disagreement, Drift } from "../model/drift.ts";
import type { Place } from "../model/place.ts";
import { formatReference } from "../model/reference.ts";
import { ignoredLines } from "../references/ignored-lines.ts";
import { positionsIn } from "../references/positions.ts";
import { passedImages } from "./arguments.ts";
import type { Survey, SurveyedImage } from "./survey.ts";

/** The Dockerfile's references without a digest, and those with another than the lockfile's. */
export function judgeUses(survey: Survey, surveyed: SurveyedImage): readonly Drift[] {
  const { image, input, facts } = surveyed;
  // What a program writes is mended where the program has it from.
  if (image.dockerfileCommand !== undefined) return [];
  const passed = passedImages(image);
  const written = [...facts.uses, ...ownTriggers(survey, surveyed)].filter(
    (use) => !isPassed(survey, use, passed),
  );
  return written.flatMap((use): readonly Drift[] => {
    const place = placeOfUse(image.dockerfile, input.bytes, use);
    const found = place && judgeUse(survey, use, image.name);
    return place === undefined || found === undefined ? [] : [{ ...place, ...found }];
  });
}

/** The differences between declared and found dependencies. `placeOfDeclared` says where the configuration has one. */
export function judgeDependencies(
  survey: Survey,
  { image, input, facts, dependencies }: SurveyedImage,
  placeOfDeclared: (dependency: string) => Place,
): readonly Drift[] {
  if (image.declaredDependencies === undefined) return [];
  const { missing, superfluous } = differenceOf(image.declaredDependencies, dependencies);
  const placeOfUsed = (dependency: string) =>
    [...facts.uses, ...facts.triggerUses]
      .filter(({ reference }) => survey.ownerOfUse(reference) === dependency)
      .flatMap((use) => placeOfUse(image.dockerfile, input.bytes, use, "even if ignored") ?? [])[0];
  return [
    ...missing.map((dependency): Drift => {
      const place = placeOfUsed(dependency) ?? placeOfDeclared(dependency);
      return { ...place, kind: "undeclared-dependency", image: image.name, dependency };
    }),
    ...superfluous.map((dependency): Drift => {
      return { ...placeOfDeclared(dependency), kind: "unused-dependency", image: image.name, dependency };
    }),
  ];
}

/** What a trigger names may be a stage where it is run, unless it is an image of ours. */
function ownTriggers({ owner }: Survey, { facts }: SurveyedImage): readonly BaseUse[] {
  return facts.triggerUses.filter(({ reference }) => owner(reference) !== undefined);
}

/** A run passes it with its digest. */
function isPassed({ owner }: Survey, { reference, literal }: BaseUse, passed: readonly string[]): boolean {
  const image = owner(reference);
  return !literal && image !== undefined && passed.includes(image);
}

function judgeUse(
  { owner, lockfile }: Survey,
  { reference }: BaseUse,
  image: string,
): Disagreement | undefined {
  const used = owner(reference);
  const digest: Digest | undefined = lockfile.images.get(used ?? "")?.digest;
  if (reference.digest === undefined) {
    const expected = digest === undefined ? {} : { expected: formatReference({ ...reference, digest }) };
    return { kind: "unpinned", image, found: formatReference(reference), ...expected };
  }
  const expected = successorsOf(lockfile.images, [])(used ?? "", reference.digest);
  if (used === undefined || expected === undefined || reference.digest === expected) return undefined;
  return { kind: "hidden-pin", image: used, found: reference.digest, expected };
}

/** Where a reference stands; `undefined` if that is not in the file, or on a line that is to be left alone. */
export function placeOfUse(
  file: string,
  bytes: Uint8Array,
  { written }: BaseUse,
  ignored: "left alone" | "even if ignored" = "left alone",
): Place | undefined {
  if (written === undefined) return undefined;
  if (ignored === "left alone" && ignoredLines(bytes)(written.start)) return undefined;
  return { file, ...positionsIn(bytes)(written.start) };
}
