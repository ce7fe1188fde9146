import { posix } from "node:path";
import { resolvePath } from "./paths.ts";
import type { Place } from "./place.ts";
import type { TOP_VALUES, Values } from "./values.ts";
import type { HostSettings, RegistrySettings } from "../model/registry-settings.ts";

/** What is said of registries; the paths of certificates are from the checkout's root, or absolute. */
export function resolveRegistries(
  values: Values<typeof TOP_VALUES>["registries"],
  { directory }: Place,
): RegistrySettings {
  const entries = Object.entries(values ?? {}).map(([host, { http, ca }]): [string, HostSettings] => [
    host,
    {
      ...(http === undefined ? {} : { http }),
      ...(ca === undefined ? {} : { ca: posix.isAbsolute(ca) ? ca : resolvePath(directory, ca) }),
    },
  ]);
  return new Map(entries);
}
