import { dirname, join, relative, sep } from "node:path";
import { findConfiguration } from "../adapters/configuration/find-configuration.ts";
import { loadConfiguration } from "../adapters/configuration/load-configuration.ts";
import { checkPlainFile } from "../adapters/files/check-plain-file.ts";
import { openRenderer } from "../adapters/processes/render-dockerfile.ts";
import type { Place } from "../config/place.ts";
import { resolveConfiguration } from "../config/resolve-configuration.ts";
import { UserError } from "../errors.ts";
import { LOCKFILE } from "../lockfile/lockfile.ts";
import type { Configured } from "../operations/world.ts";
import type { Checkout } from "../ports.ts";
import { checkoutOf } from "./checkout-of.ts";
import { transformedIn } from "./nothing-to-do.ts";
import { resolveContexts } from "./resolve-contexts.ts";
import type { Terminal } from "./terminal.ts";

/** The flags that say which project it is. */
export interface ProjectFlags {
  readonly config?: string | undefined;
  readonly registry?: string | undefined;
  /** The revision whose configuration counts, instead of the working tree's. */
  readonly configFrom?: string | undefined;
}

/** A checkout with its configuration. */
export interface Project {
  readonly checkout: Checkout;
  readonly configured: Configured;
}

/** The git repository and the configuration of the working directory. */
export async function openProject(
  terminal: Pick<Terminal, "directory" | "environment">,
  flags: ProjectFlags,
): Promise<Project> {
  const checkout = await checkoutOf(terminal);
  return { checkout, configured: await readConfigured(terminal, flags, checkout) };
}

/** The configuration of the working directory, which is in the checkout. All its problems come at once. */
export async function readConfigured(
  { directory }: Pick<Terminal, "directory">,
  flags: ProjectFlags & { readonly builder?: string | undefined },
  checkout: Checkout,
): Promise<Configured> {
  const file = await findConfiguration(directory, checkout.root, flags.config);
  const path = relative(checkout.root, file).split(sep).join("/");
  if (flags.configFrom === undefined) return configuredBy(checkout, path, flags);
  // Packages that the working tree has may be somebody's whom the revision does not know.
  const read = (earlier: Checkout) => configuredBy(earlier, path, flags);
  return { ...(await checkout.atRevision(flags.configFrom, read, "apart")), render: refuseToRender };
}

/** The revision vouches for the command, not for the files of the working tree that it would run. */
function refuseToRender(command: readonly string[]): Promise<never> {
  return Promise.reject(
    new UserError(`With --config-from, ${command.join(" ")} is not run: its files are the working tree's.`, {
      remedy: "Leave out --config-from where you trust the working tree, or commit what the program writes.",
    }),
  );
}

/** What a configuration says. `path` is from the root of the checkout. */
export async function configuredBy(
  checkout: Checkout,
  path: string,
  { registry, builder }: Pick<Place, "registry" | "builder">,
): Promise<Configured> {
  const folder = dirname(path);
  const place = { directory: folder, file: path, registry, builder };
  const exported = await loadConfiguration(
    join(checkout.root, path),
    transformedIn(checkout.privateFolder()),
  );
  const resolved = resolveConfiguration(exported, place);
  const images = resolveContexts(resolved.images, checkout.root);
  const isAll = images.every((image, index) => image === resolved.images[index]);
  const lockfile = join(folder, LOCKFILE);
  checkPlainFile(checkout.root, lockfile);
  const render = openRenderer(join(checkout.root, folder));
  return {
    ...resolved,
    images,
    ...(isAll ? { exported } : {}),
    file: path,
    lockfile,
    render,
  };
}
