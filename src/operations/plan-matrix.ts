import { UserError } from "../errors.ts";
import { findWaves } from "../graph/find-waves.ts";
import type { JobMatrix } from "../model/matrix.ts";
import type { Plan } from "../model/plan.ts";
import type { Survey } from "./survey.ts";

/** The images that a plan builds, as jobs. What the registry has already needs no job. */
export function planMatrix({ graph }: Pick<Survey, "graph">, { decisions }: Plan): JobMatrix {
  const built = new Set(decisions.filter(({ action }) => action === "build").map(({ image }) => image));
  const needs = [...built].map((image) => {
    return [image, graph.dependenciesOf(image).filter((dependency) => built.has(dependency))] as const;
  });
  return { waves: findWaves(graph, built), needs: new Map(needs) };
}

/** A `UserError` that names the images which a plan would have to build; of those that wait for them nothing is known. */
export function checkPublished({ decisions }: Plan): void {
  const missing = decisions.filter(({ action }) => action === "build");
  if (missing.length === 0) return;
  const own = missing.filter(({ fingerprint }) => fingerprint !== undefined).map(({ image }) => image);
  const waiting = missing.length - own.length;
  const more = waiting > 0 ? `, and ${waiting} built on them` : "";
  throw new UserError(`The registry does not have ${own.join(", ")}${more}; nothing was written.`, {
    remedy: `Let their jobs run again, or build them here: manage-images ${own.map((image) => `--image ${image}`).join(" ")}`,
  });
}
