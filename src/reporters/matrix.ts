import type { JobMatrix } from "../model/matrix.ts";

/** The jobs for other tools. */
export function formatMatrixJson({ waves, needs }: JobMatrix): string {
  return `${JSON.stringify({ waves, needs: Object.fromEntries(needs) }, undefined, 2)}\n`;
}

/** The jobs as outputs of a GitHub workflow's step: lines for the file `GITHUB_OUTPUT`. */
export function formatMatrixForGitHub({ waves }: JobMatrix): string {
  return `waves=${JSON.stringify(waves)}\ncount=${waves.flat().length}\n`;
}

/**
 * The jobs as a child pipeline of GitLab: one for each image, which begins when those that it needs are done, and one that
 * writes all digests. What they do stands in the template that is included. (JSON is YAML.)
 */
export function formatMatrixForGitLab({ waves, needs }: JobMatrix, template: string): string {
  const images = waves.flat();
  const jobs = images.map((image): [string, object] => [
    jobName(image),
    {
      extends: ".manage-images-build",
      variables: { IMAGE: image },
      needs: (needs.get(image) ?? []).map(jobName),
    },
  ]);
  const collect = { extends: ".manage-images-collect", needs: images.map(jobName) };
  const pipeline = {
    include: [{ local: template }],
    ...Object.fromEntries(jobs),
    "collect digests": collect,
  };
  return `${JSON.stringify(pipeline, undefined, 2)}\n`;
}

/** No image has a name with a blank in it, and no keyword of GitLab begins so. */
function jobName(image: string): string {
  return `image ${image}`;
}
