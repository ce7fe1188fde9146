import { resolveBuildValues, resolveBuilder } from "./resolve-build-values.ts";
import { resolveArguments } from "./resolve-arguments.ts";
import { resolvePath } from "./paths.ts";
import type { DockerfileCommand } from "./define-config.ts";
import type { Place } from "./place.ts";
import type { WrittenConfiguration } from "./read-configuration.ts";
import type { IMAGE_VALUES, Values } from "./values.ts";
import { parseGitSource } from "../model/git-source.ts";
import type { Image } from "../model/image.ts";

/** What an image is built for must not depend on whose machine builds it. */
export const DEFAULT_PLATFORMS: readonly string[] = ["linux/amd64"];

/** Fills in the defaults of an image whose values have no problem. */
export function resolveImage(
  name: string,
  values: Values<typeof IMAGE_VALUES>,
  { top }: WrittenConfiguration,
  place: Place,
): Image {
  const pathOf = (path: string) =>
    resolvePath(
      place.directory,
      path.replaceAll("{image}", () => name),
    );
  const { target, network, dependencies } = values;
  const context = values.context ?? top.values.context ?? ".";
  const gitContext = parseGitSource(context);
  const registry = place.registry ?? top.values.registry ?? "";
  const repository = values.repository ?? `${registry}/${name}`;
  const home = values.repository ?? `${top.values.registry ?? registry}/${name}`;
  return {
    name,
    repository,
    ...(home === repository ? {} : { home }),
    ...resolveDockerfile(name, values.dockerfile ?? top.values.dockerfile, pathOf),
    context: gitContext === undefined ? pathOf(context) : ".",
    ...(gitContext === undefined ? {} : { gitContext }),
    args: resolveArguments(values.args ?? {}),
    platforms: values.platforms ?? top.values.platforms ?? DEFAULT_PLATFORMS,
    tags: values.tags ?? top.values.tags ?? ["latest"],
    labels: { ...top.values.labels, ...values.labels },
    ...((values.reproducible ?? top.values.reproducible ?? false) ? { reproducible: true } : {}),
    tests: values.test ?? [],
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
    ...resolveBuildValues(values, place),
    ...resolveBuilder(place.builder ?? values.builder ?? top.values.builder),
    ...(dependencies === undefined ? {} : { declaredDependencies: dependencies }),
    ...(values.lint === undefined && top.values.lint === undefined
      ? {}
      : { lint: { ...top.values.lint, ...values.lint } }),
  };
}

function resolveDockerfile(
  name: string,
  dockerfile: string | DockerfileCommand = "dockerfiles/{image}.Dockerfile",
  pathOf: (path: string) => string,
): Pick<Image, "dockerfile" | "dockerfileCommand"> {
  if (typeof dockerfile === "string") return { dockerfile: pathOf(dockerfile) };
  const command = dockerfile.command.map((word) => word.replaceAll("{image}", () => name));
  return { dockerfile: `(${command.join(" ")})`, dockerfileCommand: command };
}
