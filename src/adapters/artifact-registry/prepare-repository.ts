import { UserError } from "../../errors.ts";
import { call, callIfThere, type Api } from "./call.ts";
import { locationResource, repositoryResource, type ArtifactName } from "./names.ts";

/** Sees to it that there is a repository: makes it if that is wanted, and is a `UserError` otherwise. */
export async function prepareRepository(
  api: Api,
  name: ArtifactName,
  create: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const resource = repositoryResource(name);
  const found = await callIfThere(api, `look ${resource} up`, signal, (client, options) =>
    client.getRepository({ name: resource }, options),
  );
  if (found !== undefined) return;
  if (!create) throw missing(name);
  await call(api, `create ${resource}`, signal, async (client, options) => {
    const [operation] = await client.createRepository(
      { parent: locationResource(name), repositoryId: name.repository, repository: { format: "DOCKER" } },
      options,
    );
    return operation.promise();
  });
}

function missing({ project, location, repository }: ArtifactName): UserError {
  const flags = `--project=${project} --location=${location} --repository-format=docker`;
  return new UserError(`There is no repository ${repository} in ${location} of the project ${project}.`, {
    remedy: `Have it made: add --create-repository\nOr: gcloud artifacts repositories create ${repository} ${flags}`,
  });
}
