import { posix } from "node:path";
import type { BUILD_VALUES } from "./build-values.ts";
import { resolveContext } from "./contexts.ts";
import type { SecretConfiguration } from "./define-config.ts";
import { resolvePath } from "./paths.ts";
import type { Place } from "./place.ts";
import { resolveArguments } from "./resolve-arguments.ts";
import type { Values } from "./values.ts";
import type { Image, SecretSource } from "../model/image.ts";

type Written = Values<typeof BUILD_VALUES>;
type Resolved = Pick<Image, keyof Written>;

/** What only buildx can fulfil, as it is meant. What asks for nothing is left out. */
export function resolveBuildValues(values: Written, { directory }: Place): Resolved {
  const { provenance = false, sbom = false, annotations = {} } = values;
  const { ssh = [], cacheFrom = [], cacheTo = [] } = values;
  const contexts = mapped(values.contexts, (context) => resolveContext(context, directory));
  const secrets = mapped(values.secrets, (secret) => resolveSecret(secret, directory));
  const platformArgs = mapped(values.platformArgs, resolveArguments);
  return {
    ...(contexts === undefined ? {} : { contexts }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(platformArgs === undefined ? {} : { platformArgs }),
    ...(isEmpty(ssh) ? {} : { ssh }),
    ...(isEmpty(cacheFrom) ? {} : { cacheFrom }),
    ...(isEmpty(cacheTo) ? {} : { cacheTo }),
    ...(provenance === false ? {} : { provenance: provenance === true ? "min" : provenance }),
    ...(sbom ? { sbom } : {}),
    ...(isEmpty(Object.keys(annotations)) ? {} : { annotations }),
  };
}

/** The builder's name, if there is one. */
export function resolveBuilder(builder: string | undefined): Pick<Image, "builder"> {
  return builder === undefined ? {} : { builder };
}

function mapped<From, To>(
  values: Readonly<Record<string, From>> | undefined,
  map: (value: From) => To,
): Readonly<Record<string, To>> | undefined {
  const entries = Object.entries(values ?? {}).map(([key, value]) => [key, map(value)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function resolveSecret(secret: SecretConfiguration, directory: string): SecretSource {
  if ("env" in secret) return { environment: secret.env };
  return { file: posix.isAbsolute(secret.file) ? secret.file : resolvePath(directory, secret.file) };
}

function isEmpty(values: readonly string[]): boolean {
  return values.length === 0;
}
