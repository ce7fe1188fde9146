import { join } from "node:path";
import { dockerConfigFolder, readDockerConfig, type Environment } from "../credentials/docker-config.ts";
import { canRun } from "../files/can-run.ts";

/** How buildx is started: the program, and the arguments in front of its own. */
export interface BuildxProgram {
  readonly file: string;
  readonly before: readonly string[];
}

/** Where packages put plugins (https://github.com/docker/cli/blob/master/cli-plugins/manager/manager_unix.go). */
const SYSTEM_FOLDERS = ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"].map(
  (folder) => `${folder}/docker/cli-plugins`,
);

const THROUGH_DOCKER: BuildxProgram = { file: "docker", before: ["buildx"] };

/**
 * The plugin itself, which `docker buildx` would start after two processes of its own, if it is where Docker looks for it;
 * otherwise Docker's client with the command.
 */
export async function buildxProgram(environment: Environment): Promise<BuildxProgram> {
  const { cliPluginsExtraDirs } = await readDockerConfig(environment);
  const folders = [
    ...cliPluginsExtraDirs,
    join(dockerConfigFolder(environment), "cli-plugins"),
    ...SYSTEM_FOLDERS,
  ];
  for (const file of folders.map((folder) => join(folder, "docker-buildx")))
    if (await canRun(file)) return { file, before: [] };
  return THROUGH_DOCKER;
}
