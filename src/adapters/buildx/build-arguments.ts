import { isSecretName } from "../../model/secret-names.ts";
import type { BuildExtras, BuildRequest } from "../../ports.ts";
import type { SecretSource } from "../../model/image.ts";

/** Where a build's own files are. */
export interface BuildFiles {
  readonly dockerfile: string;
  readonly metadata: string;
  /** The directories of named contexts, by name. */
  readonly contexts: Readonly<Record<string, string>>;
}

/** What a builder is to do with the result: keep it in its engine, push it by its digest, or nothing. */
export type Output = "engine" | "registry" | "none";

/** The arguments of buildx for a build, and what they take from the environment. Pure. */
export interface BuildCommand {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The command of a build. Arguments whose names tell of a secret come from the environment: an argument list can be seen by
 * everybody on the machine.
 */
export function buildCommand(
  request: BuildRequest,
  extras: BuildExtras,
  files: BuildFiles,
  builder: string | undefined,
  output: Output,
): BuildCommand {
  const { target, network, labels, platforms, noCache, pull } = request;
  const hidden = Object.entries(request.args).filter(([name]) => isSecretName(name));
  const args = [
    "build",
    ...flag("--builder", builder === undefined ? [] : [builder]),
    ...flag("--progress", ["rawjson"]),
    ...flag("--metadata-file", [files.metadata]),
    ...flag("--file", [extras.gitContext === undefined ? files.dockerfile : "-"]),
    ...flag("--platform", [platforms.join(",")]),
    ...flag("--target", target === undefined ? [] : [target]),
    ...flag("--network", network === undefined ? [] : [network]),
    ...flag("--build-arg", Object.entries(request.args).map(argument)),
    ...flag("--label", Object.entries(labels).map(pair)),
    ...flag("--annotation", annotationsOf(request, extras)),
    ...flag("--build-context", contextsOf(extras, files)),
    ...flag("--secret", Object.entries(extras.secrets).map(secret)),
    ...flag("--ssh", extras.ssh),
    ...flag("--cache-from", extras.cacheFrom),
    ...flag("--cache-to", extras.cacheTo),
    `--provenance=${extras.provenance === undefined ? "false" : `mode=${extras.provenance}`}`,
    `--sbom=${String(extras.sbom)}`,
    ...(noCache ? ["--no-cache"] : []),
    ...(pull ? ["--pull"] : []),
    ...outputFlags(request, extras, output),
    extras.gitContext ?? request.contextDirectory,
  ];
  return { args, environment: Object.fromEntries(hidden) };
}

function flag(name: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [name, value]);
}

function pair([key, value]: readonly [string, string]): string {
  return `${key}=${value}`;
}

/** Without a value it is the environment's. */
function argument([name, value]: readonly [string, string]): string {
  return isSecretName(name) ? name : `${name}=${value}`;
}

/** An image of one platform has an index only if something is said about it. */
function annotationsOf({ platforms }: BuildRequest, extras: BuildExtras): readonly string[] {
  const hasIndex = platforms.length > 1 || extras.sbom || extras.provenance !== undefined;
  const levels = hasIndex ? ["index", "manifest"] : ["manifest"];
  return Object.entries(extras.annotations).flatMap(([key, value]) =>
    levels.map((level) => `${level}:${key}=${value}`),
  );
}

function contextsOf({ contexts }: BuildExtras, files: BuildFiles): readonly string[] {
  return Object.entries(contexts).map(([name, source]) => {
    return `${name}=${"url" in source ? source.url : (files.contexts[name] ?? source.directory)}`;
  });
}

function secret([id, source]: readonly [string, SecretSource]): string {
  if ("environment" in source) return `id=${id},env=${source.environment}`;
  return quoted(`id=${id}`, `src=${source.file}`);
}

/** The list is read as a line of CSV. */
function quoted(...fields: readonly string[]): string {
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

function outputFlags(request: BuildRequest, extras: BuildExtras, output: Output): readonly string[] {
  // Docker's own media types have no room for annotations, and the builder drops them without a word.
  const isAnnotated = Object.keys(extras.annotations).length > 0;
  const media = isAnnotated ? ["oci-mediatypes=true"] : [];
  switch (output) {
    case "engine":
      if (!isAnnotated) return flag("--tag", request.names);
      return flag("--output", [quoted("type=image", `name=${request.names.join(",")}`, ...media)]);
    case "registry": {
      const rewriting = request.reproducible ? ["rewrite-timestamp=true"] : [];
      const pushing = [`name=${request.repository}`, "push-by-digest=true", "push=true"];
      return flag("--output", [["type=image", ...pushing, ...rewriting, ...media].join(",")]);
    }
    case "none":
      return flag("--output", ["type=cacheonly"]);
  }
}
