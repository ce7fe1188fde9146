import { resolvePath } from "./paths.ts";
import type { Place } from "./place.ts";
import type { WrittenConfiguration } from "./read-configuration.ts";
import type { IMAGE_VALUES, Values } from "./values.ts";
import type { ArgumentValue, Image } from "../model/image.ts";

/** Which image of the configuration an argument passes (`image:NAME`), if it passes one. */
export function argumentImage(value: string): string | undefined {
  return value.startsWith("image:") ? value.slice("image:".length) : undefined;
}

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
  const registry = place.registry ?? top.values.registry ?? "";
  return {
    name,
    repository: values.repository ?? `${registry}/${name}`,
    dockerfile: pathOf(values.dockerfile ?? top.values.dockerfile ?? "dockerfiles/{image}.Dockerfile"),
    context: pathOf(values.context ?? top.values.context ?? "."),
    args: resolveArguments(values.args ?? {}),
    platforms: values.platforms ?? top.values.platforms ?? ["linux/amd64"],
    tags: values.tags ?? top.values.tags ?? ["latest"],
    labels: { ...top.values.labels, ...values.labels },
    ...((values.reproducible ?? top.values.reproducible ?? false) ? { reproducible: true } : {}),
    tests: values.test ?? [],
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
    ...(dependencies === undefined ? {} : { declaredDependencies: dependencies }),
    ...(values.lint === undefined && top.values.lint === undefined
      ? {}
      : { lint: { ...top.values.lint, ...values.lint } }),
  };
}

function resolveArguments(args: Readonly<Record<string, string>>): Readonly<Record<string, ArgumentValue>> {
  const resolved = Object.entries(args).map(([key, value]): [string, ArgumentValue] => {
    const image = argumentImage(value);
    return [key, image === undefined ? value : { image }];
  });
  return Object.fromEntries(resolved);
}
