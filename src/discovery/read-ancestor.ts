import { posix } from "node:path";
import { fieldsOf, PLAIN, type Declaration } from "./declaration.ts";
import { splitName } from "../model/reference.ts";

/** What the script knows of its images: a dictionary of dependencies, in the script or in a file beside it. */
export interface Ancestor {
  /** The script or file, from the root of the checkout. */
  readonly file: string;
  /** What each image is declared to be built on. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

const DICTIONARY = /^IMAGES_TO_DEPENDENCIES\b[^=\n]*=\s*\{([^}]*)\}/m;
const ENTRY = /(["'])([^"'\n]+)\1\s*:\s*\[([^\]]*)\]/g;

/** The dictionary of a `manage_images.py`, or of the `image_deps.json` that its later versions read. */
export function readAncestor(text: string, file: string): Ancestor | undefined {
  const body = file.endsWith(".json") ? undefined : DICTIONARY.exec(text)?.[1]?.replace(/^\s*#.*$/gm, "");
  const entries = file.endsWith(".json") ? jsonEntries(text) : body === undefined ? [] : pythonEntries(body);
  return entries.length === 0 ? undefined : { file, dependencies: new Map(entries) };
}

type Entry = readonly [image: string, dependencies: readonly string[]];

function pythonEntries(body: string): readonly Entry[] {
  return [...body.matchAll(ENTRY)].map(([, , image = "", list = ""]) => [
    image,
    [...list.matchAll(/["']([^"'\n]+)["']/g)].map(([, name = ""]) => name),
  ]);
}

function jsonEntries(text: string): readonly Entry[] {
  try {
    const entries = Object.entries(fieldsOf(JSON.parse(text)));
    const isList = (value: unknown): value is string[] =>
      Array.isArray(value) && value.every((each) => typeof each === "string");
    return entries.every(([, value]) => isList(value)) ? (entries as [string, string[]][]) : [];
  } catch {
    return [];
  }
}

/**
 * The images of the script. Their Dockerfiles lie beside it, in `NAME/Dockerfile` or `dockerfiles/NAME.Dockerfile`, their context is
 * the whole repository, and their repositories stand in `prod_digests.txt`.
 */
export function declareAncestor(
  { file, dependencies }: Ancestor,
  files: ReadonlySet<string>,
  repositories: readonly string[],
): readonly Declaration[] {
  const folder = posix.dirname(file);
  return [...dependencies.keys()].flatMap((name) => {
    const places = [`dockerfiles/${name}.Dockerfile`, `${name}/Dockerfile`, `${name}.Dockerfile`];
    const dockerfile = places.map((place) => posix.join(folder, place)).find((path) => files.has(path));
    if (dockerfile === undefined) return [];
    const own = repositories.filter((repository) => tailOf(repository) === name);
    return [{ ...PLAIN, where: `${file}: ${name}`, name, dockerfile, context: ".", references: own }];
  });
}

/** The last component of a repository's name. */
function tailOf(repository: string): string {
  return splitName(repository).path.split("/").at(-1) ?? "";
}
