import type { BuildRequest } from "../../model/build.ts";

/**
 * What the Dockerfile frontend is told of a build
 * (https://github.com/moby/buildkit/blob/master/frontend/dockerui/config.go). Pure.
 */
export function frontendAttributes(request: BuildRequest): Readonly<Record<string, string>> {
  const { target, network, platforms, args, labels, noCache, pull, extras } = request;
  return {
    platform: platforms.join(","),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined || network === "default" ? {} : { "force-network-mode": network }),
    ...(noCache ? { "no-cache": "" } : {}),
    ...(pull ? { "image-resolve-mode": "pull" } : {}),
    ...prefixed("build-arg:", args),
    ...prefixed("label:", labels),
    ...(extras?.gitContext === undefined ? {} : { context: extras.gitContext, dockerfilekey: "dockerfile" }),
    ...contextsOf(extras?.contexts ?? {}),
  };
}

/** The name of the tree that a named context's files are. It is none of the frontend's own names. */
export function namedTree(name: string): string {
  return `context:${name}`;
}

function contextsOf(contexts: NonNullable<BuildRequest["extras"]>["contexts"]) {
  const entries = Object.entries(contexts).map(([name, source]) => [
    `context:${name}`,
    "url" in source ? source.url : `local:${namedTree(name)}`,
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}
