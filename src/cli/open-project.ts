import { dirname, join, relative, sep } from "node:path";
import { findConfiguration } from "../adapters/configuration/find-configuration.ts";
import { loadConfiguration } from "../adapters/configuration/load-configuration.ts";
import { openRenderer } from "../adapters/processes/render-dockerfile.ts";
import { openCheckout } from "../adapters/git/open-checkout.ts";
import type { Place } from "../config/place.ts";
import { resolveConfiguration } from "../config/resolve-configuration.ts";
import { LOCKFILE } from "../lockfile/lockfile.ts";
import type { Configured } from "../operations/world.ts";
import type { Checkout } from "../ports.ts";
import type { Terminal } from "./terminal.ts";

/** The flags that say which project it is. */
export interface ProjectFlags {
  readonly config?: string | undefined;
  readonly registry?: string | undefined;
}

/** A checkout with its configuration. */
export interface Project {
  readonly checkout: Checkout;
  readonly configured: Configured;
}

/** The git repository and the configuration of the working directory. */
export async function openProject(terminal: Terminal, flags: ProjectFlags): Promise<Project> {
  const checkout = await openCheckout(terminal.directory);
  return { checkout, configured: await readConfigured(terminal, flags, checkout) };
}

/** The configuration of the working directory, which is in the checkout. All its problems come at once. */
export async function readConfigured(
  { directory }: Terminal,
  flags: ProjectFlags & { readonly builder?: string | undefined },
  checkout: Checkout,
): Promise<Configured> {
  const file = await findConfiguration(directory, checkout.root, flags.config);
  return configuredBy(checkout, relative(checkout.root, file).split(sep).join("/"), flags);
}

/** What a configuration says. `path` is from the root of the checkout. */
export async function configuredBy(
  checkout: Checkout,
  path: string,
  { registry, builder }: Pick<Place, "registry" | "builder">,
): Promise<Configured> {
  const folder = dirname(path);
  const place = { directory: folder, file: path, registry, builder };
  const resolved = resolveConfiguration(
    await loadConfiguration(join(checkout.root, path), join(checkout.privateFolder(), "transformed")),
    place,
  );
  const render = openRenderer(join(checkout.root, folder));
  return { ...resolved, file: path, lockfile: join(folder, LOCKFILE), render };
}
