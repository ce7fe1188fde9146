import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { ConfigurationError, UsageError } from "../../errors.ts";

const ENDINGS = [".ts", ".mts", ".js", ".mjs", ".json"];
const NAMES = ENDINGS.map((ending) => `images.config${ending}`);

const EXAMPLE = `\`manage-images init\` writes one for the Dockerfiles that are here. Or write it, in the root of the repository:
    import { defineConfig } from "manage-images";
    export default defineConfig({
      registry: "us-docker.pkg.dev/acme/images", images: { base: {} },
    });`;

/**
 * The absolute path of the configuration: `named`, relative to the directory `from`, or else the nearest
 * `images.config.*` from there up to the `root` of the git repository. Throws a `UsageError` if there is none in the
 * repository, a `ConfigurationError` if a directory has two.
 */
export async function findConfiguration(from: string, root: string, named?: string): Promise<string> {
  const top = await realpath(root);
  const file = named === undefined ? await findOne(from, top) : await findNamed(from, named);
  if (!isWithin(top, file) || !isWithin(top, await realpath(file))) throw outside(named ?? file, root);
  return join(root, relative(top, file));
}

async function findOne(from: string, top: string): Promise<string> {
  const found = await findNearest(from, top);
  if (found !== undefined) return found;
  const where = relative(top, await realpath(from)) === "" ? top : `${from} or above it, up to ${top}`;
  throw new UsageError(`There is no images.config.ts in ${where}`, { remedy: EXAMPLE });
}

/** The `images.config.*` that is nearest to a directory, from there up to `top`; a `ConfigurationError` if there are two. */
export async function findNearest(from: string, top: string): Promise<string | undefined> {
  for (const directory of directoriesUp(await realpath(from), top)) {
    const entries = await readdir(directory);
    const [found, other] = NAMES.filter((name) => entries.includes(name));
    if (other !== undefined && found !== undefined) throw twoFiles(directory, found, other);
    if (found !== undefined) return join(directory, found);
  }
  return undefined;
}

/** From a directory to `top`, both included. */
function directoriesUp(directory: string, top: string): readonly string[] {
  if (directory === top || !isWithin(top, directory)) return [directory];
  return [directory, ...directoriesUp(dirname(directory), top)];
}

/** The directory is the real one, the name is as it is given: a link in the repository stands for itself. */
async function findNamed(from: string, named: string): Promise<string> {
  const file = resolve(from, named);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined)
    throw new UsageError(`There is no file ${named}`, { remedy: "Name the configuration's file." });
  if (!found.isFile() || !ENDINGS.includes(extname(file)))
    throw new UsageError(`${named} is no configuration`, {
      remedy: `It must be a file that ends in ${ENDINGS.join(", ")}.`,
    });
  return join(await realpath(dirname(file)), basename(file));
}

function isWithin(top: string, path: string): boolean {
  const steps = relative(top, path).split(sep);
  return steps[0] !== ".." && resolve(top, ...steps) === path;
}

function twoFiles(directory: string, one: string, other: string): ConfigurationError {
  const what = `there are both ${one} and ${other}`;
  return new ConfigurationError([
    { where: directory, what, remedy: "Delete one, or name the one that is meant: --config FILE." },
  ]);
}

function outside(file: string, root: string): UsageError {
  return new UsageError(`${file} is outside of the git repository ${root}`, {
    remedy: "The configuration must be a file of the repository whose images it declares.",
  });
}
