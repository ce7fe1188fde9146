import { dirname, join, relative, sep } from "node:path";
import { findConfiguration } from "../adapters/configuration/find-configuration.ts";
import { loadConfiguration } from "../adapters/configuration/load-configuration.ts";
import { openCheckout } from "../adapters/git/open-checkout.ts";
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

/** The git repository and the configuration of the working directory. All problems of a configuration come at once. */
export async function openProject({ directory }: Terminal, flags: ProjectFlags): Promise<Project> {
  const checkout = await openCheckout(directory);
  const file = await findConfiguration(directory, checkout.root, flags.config);
  const path = relative(checkout.root, file).split(sep).join("/");
  const folder = dirname(path);
  const place = { directory: folder, file: path, registry: flags.registry };
  const { images, references } = resolveConfiguration(
    await loadConfiguration(file, join(checkout.privateFolder(), "transformed")),
    place,
  );
  return { checkout, configured: { images, lockfile: join(folder, LOCKFILE), references } };
}
