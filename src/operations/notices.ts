import type { Plan } from "../model/plan.ts";
import { formatReference } from "../model/reference.ts";
import type { ImageResult, Notice } from "../model/run.ts";
import { passedImages } from "./arguments.ts";
import { imageIn, type Survey } from "./survey.ts";

/** What the user should know of a run beside its outcomes. */
export function noticesOf(
  survey: Survey,
  plan: Plan,
  results: ReadonlyMap<string, ImageResult>,
  settings: { readonly push: boolean },
): readonly Notice[] {
  const built = [...results].filter(([, { outcome }]) => outcome === "built").map(([name]) => name);
  return [
    ...built.flatMap((name) => unpinned(survey, name)),
    ...[...results].flatMap(([name, result]) => fewerPlatforms(name, result)),
    ...(plan.leftStale.length > 0 ? [{ kind: "left-stale", images: plan.leftStale } as const] : []),
    ...(settings.push ? [] : [{ kind: "not-pushed" } as const]),
  ];
}

function fewerPlatforms(
  image: string,
  { platforms, previousPlatforms = {} }: ImageResult,
): readonly Notice[] {
  const lost = Object.keys(previousPlatforms).filter((platform) => platforms?.[platform] === undefined);
  return lost.length === 0 ? [] : [{ kind: "fewer-platforms", image, platforms: lost }];
}

/** References to images of the configuration that the Dockerfile makes without a digest, and not by an argument that has it. */
function unpinned(survey: Survey, name: string): readonly Notice[] {
  const { image, facts } = imageIn(survey, name);
  if (image.dockerfileCommand !== undefined) return [];
  const passed = passedImages(image);
  return facts.uses.flatMap(({ reference, line, argument }): readonly Notice[] => {
    const dependency = survey.owner(reference);
    if (dependency === undefined || reference.digest !== undefined) return [];
    if (argument !== undefined && passed.includes(dependency)) return [];
    return [
      {
        kind: "unpinned",
        file: image.dockerfile,
        line,
        image: dependency,
        reference: formatReference(reference),
      },
    ];
  });
}
