import { posix } from "node:path";
import { parseDockerignore } from "../dockerfile/dockerignore.ts";
import { quotePath } from "../dockerfile/glob.ts";
import { reachFilter, wayFilter, type Reach } from "../dockerfile/reach.ts";
import type { DockerfileFacts } from "../dockerfile/read-dockerfile.ts";
import type { Image } from "../model/image.ts";
import type { Checkout, ContextEntry, ContextFilter } from "../ports.ts";
import type { SurveyedImage } from "./survey.ts";
import type { Configured } from "./world.ts";

/** The files of an image's context and of its named contexts. */
export interface ContextsOf<Entry extends ContextEntry> {
  readonly entries: readonly Entry[];
  /** By name, of the contexts that are directories. */
  readonly named: Readonly<Record<string, readonly Entry[]>>;
}

/**
 * What of its contexts an image's build is sent, and what counts for its fingerprint. `files` is where they are listed: the
 * disk, or what git knows of it.
 */
export async function contextsOf<Entry extends ContextEntry>(
  where: Where<Entry>,
  configured: Pick<Configured, "lockfile">,
  surveyed: SurveyedImage,
  signal?: AbortSignal,
): Promise<ContextsOf<Entry>> {
  const named = Object.entries(surveyed.image.contexts ?? {}).flatMap(([name, context]) =>
    context.kind === "directory" ? [{ name, path: context.path }] : [],
  );
  const [entries, ...others] = await Promise.all([
    contextEntries(where, configured, surveyed, signal),
    ...named.map((each) => namedEntries(where, configured, each, surveyed.facts, signal)),
  ]);
  return {
    entries,
    named: Object.fromEntries(named.map(({ name }, index) => [name, others[index] ?? []])),
  };
}

/**
 * What `.dockerignore` leaves and the Dockerfile can reach. Never the lockfile: a run writes it, so that an image with it
 * inside would never settle.
 */
async function contextEntries<Entry extends ContextEntry>(
  { checkout, files }: Where<Entry>,
  { lockfile }: Pick<Configured, "lockfile">,
  { image, facts }: SurveyedImage,
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  if (image.gitContext !== undefined) return [];
  const ignored = both(
    parseDockerignore(toText(await readIgnoreFile(checkout, image))),
    allBut(lockfile, image.context),
  );
  return reachable((filter) => files.list(image.context, both(ignored, filter), signal), facts.reach);
}

/** The same of a named context, whose own `.dockerignore` counts. */
async function namedEntries<Entry extends ContextEntry>(
  { checkout, files }: Where<Entry>,
  { lockfile }: Pick<Configured, "lockfile">,
  { name, path }: { readonly name: string; readonly path: string },
  { contextReach }: Pick<DockerfileFacts, "contextReach">,
  signal?: AbortSignal,
): Promise<readonly Entry[]> {
  const text = toText(await checkout.read(pathIn(path, ".dockerignore"), path));
  const ignored = both(parseDockerignore(text), allBut(lockfile, path));
  const reach = contextReach.get(name) ?? { kind: "everything" };
  return reachable((filter) => files.list(path, both(ignored, filter), signal), reach);
}

/** BuildKit follows a link on the way to a source: then no path says what the build can read. */
async function reachable<Entry extends ContextEntry>(
  list: (filter: ContextFilter) => Promise<readonly Entry[]>,
  reach: Reach,
): Promise<readonly Entry[]> {
  const hasLinks = (await list(wayFilter(reach))).some(({ kind }) => kind === "link");
  return list(reachFilter(hasLinks ? { kind: "everything" } : reach));
}

/** What is not sent of an image's context, as `.dockerignore` says it: what the user's says, git's files, the lockfile. */
export async function ignoredText(
  checkout: Pick<Checkout, "read">,
  { lockfile }: Pick<Configured, "lockfile">,
  image: Image,
): Promise<string> {
  const own = image.gitContext === undefined ? toText(await readIgnoreFile(checkout, image)) : "";
  const below = image.context === "." ? lockfile : lockfile.slice(image.context.length + 1);
  const isInside = image.context === "." || isAbove(image.context, lockfile);
  return [own, "**/.git", ...(isInside ? [quotePath(below)] : []), ""].join("\n");
}

interface Where<Entry extends ContextEntry> {
  readonly checkout: Pick<Checkout, "read">;
  readonly files: {
    list(directory: string, filter: ContextFilter, signal?: AbortSignal): Promise<readonly Entry[]>;
  };
}

/** The path from the checkout's root of a path of a directory of it. */
export function pathIn(directory: string, path: string): string {
  return directory === "." ? path : `${directory}/${path}`;
}

/** The path from the checkout's root of a path of an image's context. */
export function pathInCheckout({ context }: Image, path: string): string {
  return pathIn(context, path);
}

/** Where an ignore file may be, and the directory out of which no link to it may lead, from the checkout's root. */
interface IgnorePlace {
  readonly file: string;
  readonly directory: string;
}

/** The Dockerfile's own, which wins, and the context's. */
function ignorePlaces({ context, dockerfile, dockerfileCommand }: Image): readonly IgnorePlace[] {
  const own = { file: `${dockerfile}.dockerignore`, directory: posix.dirname(dockerfile) };
  const common = { file: pathIn(context, ".dockerignore"), directory: context };
  return dockerfileCommand === undefined ? [own, common] : [common];
}

/** Where ignore files of an image may be, from the checkout's root: the first that is there counts. */
export function ignoreFiles(image: Image): readonly string[] {
  return ignorePlaces(image).map(({ file }) => file);
}

/** The ignore file of an image; `undefined` if there is none. Links to it are followed, as BuildKit does. */
export async function readIgnoreFile(
  checkout: Pick<Checkout, "read">,
  image: Image,
): Promise<Uint8Array | undefined> {
  for (const { file, directory } of ignorePlaces(image)) {
    const bytes = await checkout.read(file, directory);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

function toText(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString();
}

/** Everything below a directory but one file, whose path is from the checkout's root. */
function allBut(file: string, directory: string): ContextFilter {
  return {
    keeps: (path) => pathIn(directory, path) !== file,
    enters: () => true,
    keepsAllBelow: (below) => below !== "" && !isAbove(pathIn(directory, below), file),
    namesIn: () => "any",
  };
}

function both(a: ContextFilter, b: ContextFilter): ContextFilter {
  return {
    keeps: (path) => a.keeps(path) && b.keeps(path),
    enters: (directory) => a.enters(directory) && b.enters(directory),
    keepsAllBelow: (directory) => a.keepsAllBelow(directory) && b.keepsAllBelow(directory),
    namesIn: (directory) => {
      const names = a.namesIn(directory);
      return names === "any" ? b.namesIn(directory) : names;
    },
  };
}

function isAbove(directory: string, path: string): boolean {
  return path.startsWith(`${directory}/`);
}
