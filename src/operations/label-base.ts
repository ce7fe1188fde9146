import type { BuildRequest } from "../ports.ts";
import { BASE_DIGEST } from "./default-labels.ts";
import type { Building } from "./end-image.ts";
import { digestOf } from "./known-digests.ts";
import { builderOf, localName, type Results, type Run } from "./run.ts";
import { imageIn } from "./survey.ts";

/**
 * The image that an image is built on and whose digest its label will need, if that one is built in the same run. The label
 * is added when the digest is known: nobody waits for a push because of it.
 */
export function builtBase(run: Run, name: string): string | undefined {
  const { image, facts } = imageIn(run.survey, name);
  const { base, labels } = facts.lineage;
  const isOwn = Object.hasOwn(image.labels, BASE_DIGEST);
  if (base === undefined || isOwn || labels.includes(BASE_DIGEST) || labels.includes(undefined))
    return undefined;
  const owner = run.survey.ownerOfUse(base);
  return owner !== undefined && run.images.has(owner) ? owner : undefined;
}

/** Gives what was built the label that it lacks, by a build that has no other step. */
export async function labelBase(
  run: Run,
  results: Results,
  { image, attention }: Building,
  request: BuildRequest,
): Promise<void> {
  const base = builtBase(run, image);
  const digest = base === undefined ? undefined : digestOf(run, results, base);
  if (digest === undefined || Object.hasOwn(request.labels, BASE_DIGEST)) return;
  const builder = builderOf(run, image);
  const { contextDirectory, platforms, repository, push, names } = request;
  await builder.build(
    {
      ...{ image, contextDirectory, contextEntries: [], platforms, repository, push, names },
      dockerfile: Buffer.from(`FROM ${localName(run, image)}\n`),
      args: {},
      labels: { [BASE_DIGEST]: digest },
      reproducible: request.reproducible,
      noCache: false,
      pull: false,
    },
    attention,
  );
}
